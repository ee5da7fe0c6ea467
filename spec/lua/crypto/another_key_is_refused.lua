-- expect: nil, "Internal", "crypto.decrypt.aes: the data, the key or the additional data is not that of the encryption"
local r, err = crypto.decrypt.aes((crypto.encrypt.aes("m", ("k"):rep(32))), ("K"):rep(32))
return r, err:kind(), err:message()
