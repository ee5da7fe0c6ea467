-- expect: nil, "Invalid", "hash.hmac_sha1: argument 2: expected a string"
local r, err = hash.hmac_sha1("m")
return r, err:kind(), err:message()
