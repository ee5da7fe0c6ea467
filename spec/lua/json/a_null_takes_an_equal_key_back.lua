-- expect: "b", nil, nil, "{\"b\":2}"
local t = json.decode('{"a":1,"b":2,"a":null}')
local first = next(t)
return first, next(t, first), t.a, (json.encode(t))
