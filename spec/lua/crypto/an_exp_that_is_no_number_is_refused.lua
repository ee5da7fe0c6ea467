-- expect: nil, "Internal"
local r, err = crypto.jwt.verify((crypto.jwt.encode({exp = "soon"}, "k")), "k")
return r, err:kind()
