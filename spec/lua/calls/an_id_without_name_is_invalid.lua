-- expect: nil, "Invalid", "name required in function ID\n  got \"spec:\": an ID is namespace:name"
local r, err = funcs.call("spec:")
return r, err:kind(), err:message()
