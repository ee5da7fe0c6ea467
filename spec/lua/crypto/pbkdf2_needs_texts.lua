-- expect: "Invalid", "Invalid"
local _, e1 = crypto.pbkdf2(1, "s", 1, 32)
local _, e2 = crypto.pbkdf2("p", {}, 1, 32)
return e1:kind(), e2:kind()
