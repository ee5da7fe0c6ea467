-- expect: false, true
local ok, err = pcall(load, function() return {} end)
return ok, err:find("reader function must return a string", 1, true) ~= nil
