-- expect: nil, "Internal", nil, "Internal"
local key = ("k"):rep(32)
local r, e1 = crypto.decrypt.aes("", key)
local s, e2 = crypto.decrypt.chacha20(("x"):rep(27), key)
return r, e1:kind(), s, e2:kind()
