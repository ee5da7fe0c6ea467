-- expect: "Invalid", "Invalid", 3, "Invalid"
local _, e1 = crypto.random.string(3, "")
local _, e2 = crypto.random.string(3, ("a"):rep(257))
local _, e3 = crypto.random.string(3, 7)
return e1:kind(), e2:kind(), #crypto.random.string(3, ("a"):rep(256)), e3:kind()
