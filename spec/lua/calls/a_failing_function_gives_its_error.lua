-- expect: nil, "Conflict", "spec:fail failed", true, {reason = "on purpose", list = {1, 2}}
local r, err = funcs.call("spec:fail")
return r, err:kind(), err:message(), err:retryable(), err:details()
