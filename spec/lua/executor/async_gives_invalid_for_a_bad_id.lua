-- expect: nil, "Invalid", "namespace required in function ID"
local future, err = funcs.new():async("x")
return future, err:kind(), err:message()
