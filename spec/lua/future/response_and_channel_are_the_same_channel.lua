-- expect: true, true
local future = funcs.async("spec:noop")
return future:response() == future:channel(), future:response() == future:response()
