-- expect: nil, "Internal", "the token was refused: jwt not active"
-- at: 1300819379
local r, err = crypto.jwt.verify((crypto.jwt.encode({nbf = 1300819380, exp = 1400000000}, "k")), "k")
return r, err:kind(), err:message()
