-- expect: "v"
local ch = channel.new()
local got
coroutine.spawn(function() got = ch:receive() end)
local sink = setmetatable({}, {__newindex = function(_, _, v) ch:send(v) end})
sink.x = "v"
funcs.call("spec:later")
return got
