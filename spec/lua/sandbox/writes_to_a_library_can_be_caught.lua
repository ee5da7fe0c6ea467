-- expect: false, "writes_to_a_library_can_be_caught.lua:2: attempt to change 'math', which is read-only", nil
local ok, err = pcall(function() math.pi = 3 end)
return ok, err, math.mine
