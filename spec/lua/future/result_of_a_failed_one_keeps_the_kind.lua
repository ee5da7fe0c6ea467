-- expect: nil, "Conflict", "on purpose"
local future = funcs.async("spec:fail")
funcs.call("spec:later")
local payload, err = future:result()
return payload, err:kind(), err:details().reason
