-- expect: false, true
local function dive() return coroutine.wrap(dive)() end
local ok, err = pcall(dive)
return ok, tostring(err):find("overflow", 1, true) ~= nil
