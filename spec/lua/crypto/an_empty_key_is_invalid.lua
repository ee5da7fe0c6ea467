-- expect: "Invalid", "Invalid"
local _, e1 = crypto.jwt.encode({}, "")
local _, e2 = crypto.jwt.verify("a.b.c", "")
return e1:kind(), e2:kind()
