-- expect: "m", nil, "Internal", nil, "Internal"
local key = ("k"):rep(32)
local sealed = crypto.encrypt.aes("m", key, "user 7")
local r, e1 = crypto.decrypt.aes(sealed, key, "user 8")
local s, e2 = crypto.decrypt.aes(sealed, key)
return (crypto.decrypt.aes(sealed, key, "user 7")), r, e1:kind(), s, e2:kind()
