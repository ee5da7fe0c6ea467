-- expect: nil, false, 7
local future = funcs.async("spec:later", 7)
future:response():close()
local value, ok = future:response():receive()
funcs.call("spec:later")
funcs.call("spec:later")
return value, ok, future:result():data()
