-- expect: "", 28
local key = ("k"):rep(32)
local sealed = crypto.encrypt.aes("", key)
return (crypto.decrypt.aes(sealed, key)), #sealed
