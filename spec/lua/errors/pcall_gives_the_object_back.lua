-- expect: false, true
local e = errors.new("m")
local ok, caught = pcall(error, e)
return ok, caught == e
