-- expect: nil, "Internal", {sub = "x"}, {sub = "x"}, nil
local token = crypto.jwt.encode({sub = "x"}, "k")
local r, err = crypto.jwt.verify(token, "k")
return r, err:kind(), (crypto.jwt.verify(token, "k", "HS256", false)), (crypto.jwt.verify(token, "k", false)),
  (crypto.jwt.verify(token, "k", "HS256", true))
