-- expect: nil, "Invalid", "namespace required in function ID"
local future, err = funcs.async("noop")
return future, err:kind(), err:message()
