-- expect: "real"
local ch = channel.new()
pcall(string.format, "%s", setmetatable({}, {__tostring = function() return (ch:receive()) end}))
local got
coroutine.spawn(function() got = ch:receive() end)
ch:send("real")
funcs.call("spec:later")
return got
