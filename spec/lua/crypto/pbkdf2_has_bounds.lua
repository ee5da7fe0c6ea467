-- expect: "Invalid", "Invalid", "Invalid", "Invalid", "Invalid"
local _, e1 = crypto.pbkdf2("p", "s", 0, 32)
local _, e2 = crypto.pbkdf2("p", "s", 1, 0)
local _, e3 = crypto.pbkdf2("p", "s", 5000001, 32)
local _, e4 = crypto.pbkdf2("p", "s", 1, 1048577)
local _, e5 = crypto.pbkdf2("p", "s", 2500001, 64)
return e1:kind(), e2:kind(), e3:kind(), e4:kind(), e5:kind()
