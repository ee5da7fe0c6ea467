-- expect: "Conflict", true
local future = funcs.async("spec:fail")
funcs.call("spec:later")
local err, failed = future:error()
return err:kind(), failed
