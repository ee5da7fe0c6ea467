-- expect: nil, "Invalid", "function ID required"
local r, err = funcs.call("")
return r, err:kind(), err:message()
