-- expect: nil, "Invalid", "hash.sha256: argument 1: expected a string"
local r, err = hash.sha256({})
return r, err:kind(), err:message()
