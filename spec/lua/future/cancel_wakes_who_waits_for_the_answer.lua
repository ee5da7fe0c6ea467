-- expect: nil, false
local future = funcs.async("spec:never")
coroutine.spawn(function() funcs.call("spec:later") future:cancel() end)
return future:response():receive()
