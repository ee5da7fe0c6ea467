-- expect: "9007199254740993"
local token = crypto.jwt.encode({exp = 99999999999, id = int64.parse("9007199254740993")}, "k")
return tostring(crypto.jwt.verify(token, "k").id)
