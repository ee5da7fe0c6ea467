-- expect: nil, "Invalid", "function ID required"
local future, err = funcs.async("")
return future, err:kind(), err:message()
