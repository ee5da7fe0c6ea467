-- expect: "Invalid", "Invalid", "Invalid"
local _, e1 = crypto.jwt.encode("x", "k")
local _, e2 = crypto.jwt.encode({1, 2}, "k")
local _, e3 = crypto.jwt.encode({[true] = 1}, "k")
return e1:kind(), e2:kind(), e3:kind()
