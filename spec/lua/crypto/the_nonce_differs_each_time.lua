-- expect: true, 12
local key = ("k"):rep(32)
local a, b = crypto.encrypt.aes("x", key), crypto.encrypt.aes("x", key)
return a:sub(1, 12) ~= b:sub(1, 12), #a - 1 - 16 - 1 + 1
