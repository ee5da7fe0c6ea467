-- error: Internal: all tasks are asleep
local ch = channel.new()
coroutine.spawn(function() funcs.call("spec:later") end)
ch:receive()
