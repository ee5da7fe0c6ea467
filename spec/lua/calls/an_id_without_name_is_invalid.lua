-- expect: nil, "Invalid", "name required in function ID"
local r, err = funcs.call("spec:")
return r, err:kind(), err:message()
