-- expect: 7, nil
local future = funcs.async("spec:echo", 7)
funcs.call("spec:later")
local payload, err = future:result()
return payload:data(), err
