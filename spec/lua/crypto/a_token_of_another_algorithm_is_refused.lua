-- expect: nil, "Internal", "the token was refused: invalid algorithm"
local r, err = crypto.jwt.verify((crypto.jwt.encode({exp = 99999999999}, "k", "HS512")), "k", "HS256")
return r, err:kind(), err:message()
