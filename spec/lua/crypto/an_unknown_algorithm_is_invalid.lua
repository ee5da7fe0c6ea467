-- expect: nil, "Invalid", true
local r, err = crypto.jwt.encode({}, "k", "HS1")
return r, err:kind(), err:message():find("expected one of HS256, ", 1, true) ~= nil
