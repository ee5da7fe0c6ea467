-- expect: nil, "Internal", "the token was refused: jwt expired"
-- at: 1300819380
local token = crypto.jwt.encode({exp = 1300819380}, "k")
local r, err = crypto.jwt.verify(token, "k")
return r, err:kind(), err:message()
