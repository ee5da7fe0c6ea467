-- expect: nil, false
local future = funcs.async("spec:echo", 1)
funcs.call("spec:later")
future:cancel()
return future:response():receive()
