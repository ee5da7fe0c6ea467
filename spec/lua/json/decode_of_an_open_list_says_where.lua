-- expect: nil, "Internal", "json.decode: line 1, column 4: expected a value, got the end"
local r, err = json.decode("[1,")
return r, err:kind(), err:message()
