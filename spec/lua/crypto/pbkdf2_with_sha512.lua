-- expect: "867f70cf1ade02cff3752599a3a53dc4", 64
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
local key = crypto.pbkdf2("password", "salt", 1, 64, "sha512")
return hex(key):sub(1, 32), #key
