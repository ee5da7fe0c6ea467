-- expect: nil, "Internal", nil, "Invalid"
local none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJleHAiOjk5OTk5OTk5OTk5fQ."
local r, e1 = crypto.jwt.verify(none, "k")
local s, e2 = crypto.jwt.verify(none, "k", "none")
return r, e1:kind(), s, e2:kind()
