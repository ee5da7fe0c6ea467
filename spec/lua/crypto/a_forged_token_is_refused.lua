-- expect: nil, "Internal", "the token was refused: invalid signature"
local r, err = crypto.jwt.verify((crypto.jwt.encode({exp = 99999999999}, "k")), "K")
return r, err:kind(), err:message()
