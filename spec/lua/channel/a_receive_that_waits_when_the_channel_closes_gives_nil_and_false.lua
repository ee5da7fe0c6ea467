-- expect: nil, false
local ch = channel.new()
coroutine.spawn(function() funcs.call("spec:later") ch:close() end)
return ch:receive()
