-- expect: "Internal", "Internal", "Internal"
local _, e1 = crypto.jwt.verify("", "k")
local _, e2 = crypto.jwt.verify("a.b.c", "k")
local _, e3 = crypto.jwt.verify("x", "k")
return e1:kind(), e2:kind(), e3:kind()
