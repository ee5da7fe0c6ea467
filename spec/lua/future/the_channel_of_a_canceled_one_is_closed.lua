-- expect: nil, false
local future = funcs.async("spec:never")
future:cancel()
return future:response():receive()
