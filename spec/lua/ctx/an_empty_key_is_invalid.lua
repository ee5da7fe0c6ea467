-- expect: nil, "Invalid", "empty key"
local value, err = ctx.get("")
return value, err:kind(), err:message()
