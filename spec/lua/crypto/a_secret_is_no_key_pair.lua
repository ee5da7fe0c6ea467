-- expect: nil, "Invalid"
local r, err = crypto.jwt.encode({}, "secret", "RS256")
return r, err:kind()
