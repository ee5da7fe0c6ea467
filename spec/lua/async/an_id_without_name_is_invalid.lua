-- expect: nil, "Invalid", "name required in function ID"
local future, err = funcs.async("spec:")
return future, err:kind(), err:message()
