-- expect: nil, "Invalid", nil, "Invalid"
local r, e1 = crypto.hmac.sha256({}, "m")
local s, e2 = crypto.hmac.sha512("key")
return r, e1:kind(), s, e2:kind()
