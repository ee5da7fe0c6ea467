-- expect: nil, "send on closed channel", "Canceled", false
local ch = channel.new()
local value, err
coroutine.spawn(function() value, err = ch:send(1) end)
ch:close()
funcs.call("spec:later")
return value, err:message(), err:kind(), err:retryable()
