-- expect: nil, "Invalid", "namespace required in function ID\n  got \"x\": an ID is namespace:name"
local future, err = funcs.new():async("x")
return future, err:kind(), err:message()
