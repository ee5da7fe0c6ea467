-- expect: false, true
local function f() return 1 + f() end
local ok, err = pcall(f)
return ok, tostring(err):find("stack overflow", 1, true) ~= nil
