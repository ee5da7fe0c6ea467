-- expect: nil, "Invalid", "base64.encode: argument 1: expected a string"
local r, err = base64.encode(7)
return r, err:kind(), err:message()
