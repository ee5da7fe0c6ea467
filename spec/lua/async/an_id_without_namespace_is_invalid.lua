-- expect: nil, "Invalid", "namespace required in function ID\n  got \"noop\": an ID is namespace:name"
local future, err = funcs.async("noop")
return future, err:kind(), err:message()
