-- expect: nil, "Internal", "json.encode: a: the list has a hole at 2"
local r, err = json.encode{a = {1, nil, 3}}
return r, err:kind(), err:message()
