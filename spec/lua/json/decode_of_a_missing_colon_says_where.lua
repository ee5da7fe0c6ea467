-- expect: nil, "Internal", "json.decode: line 2, column 5: expected ':', got \"1\""
local r, err = json.decode("{\n\"a\" 1}")
return r, err:kind(), err:message()
