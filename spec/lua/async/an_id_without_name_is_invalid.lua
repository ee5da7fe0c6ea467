-- expect: nil, "Invalid", "name required in function ID\n  got \"spec:\": an ID is namespace:name"
local future, err = funcs.async("spec:")
return future, err:kind(), err:message()
