-- expect: nil, "Internal", "json.encode: t: the table contains itself"
local t = {}
t.t = t
local r, err = json.encode(t)
return r, err:kind(), err:message()
