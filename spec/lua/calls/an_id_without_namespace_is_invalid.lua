-- expect: nil, "Invalid", "namespace required in function ID"
local r, err = funcs.call("add")
return r, err:kind(), err:message()
