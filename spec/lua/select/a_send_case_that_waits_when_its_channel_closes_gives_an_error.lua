-- expect: nil, "send on closed channel", "Canceled"
local ch = channel.new()
local result, err
coroutine.spawn(function() result, err = channel.select{ch:case_send(1)} end)
ch:close()
funcs.call("spec:later")
return result, err:message(), err:kind()
