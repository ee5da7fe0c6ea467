-- expect: nil, "Invalid", "uuid.v5: argument 1: not a UUID"
local r, err = uuid.v5("dns", "x")
return r, err:kind(), err:message()
