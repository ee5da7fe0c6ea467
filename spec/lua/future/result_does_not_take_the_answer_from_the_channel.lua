-- expect: 7, 7
local future = funcs.async("spec:echo", 7)
funcs.call("spec:later")
return future:result():data(), (future:response():receive():data())
