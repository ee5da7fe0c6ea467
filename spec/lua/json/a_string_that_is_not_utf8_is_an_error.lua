-- expect: nil, "Internal", "json.encode: [1]: the string is not valid UTF-8"
local r, err = json.encode{"\255"}
return r, err:kind(), err:message()
