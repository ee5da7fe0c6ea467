-- expect: "Invalid", "Invalid", "Invalid", "Invalid", "crypto.encrypt.aes: expected a key of 16, 24, 32 bytes, got 31"
local _, e1 = crypto.encrypt.aes("m", ("k"):rep(31))
local _, e2 = crypto.encrypt.chacha20("m", ("k"):rep(16))
local _, e3 = crypto.decrypt.aes("m", "")
local _, e4 = crypto.decrypt.chacha20("m", ("k"):rep(33))
return e1:kind(), e2:kind(), e3:kind(), e4:kind(), e1:message()
