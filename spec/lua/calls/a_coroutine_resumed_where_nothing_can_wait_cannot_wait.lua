-- error: Unavailable: has to wait, which is impossible here
local co = coroutine.wrap(function() return (funcs.call("spec:later", "x")) end)
return string.format("%s", setmetatable({}, {__tostring = function() return co() end}))
