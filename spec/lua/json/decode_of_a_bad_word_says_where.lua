-- expect: nil, "Internal", "json.decode: line 1, column 1: expected a value, got \"n\""
local r, err = json.decode("nul")
return r, err:kind(), err:message()
