-- expect: "secret\0\255", nil, 37
local key = crypto.random.bytes(32)
local sealed = crypto.encrypt.chacha20("secret\0\255\0\0", key)
local opened, err = crypto.decrypt.chacha20(sealed, key)
return opened:sub(1, 8), err, #sealed - 1
