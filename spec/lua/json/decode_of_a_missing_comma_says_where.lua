-- expect: nil, "Internal", "json.decode: line 1, column 4: expected ',' or ']', got \"2\""
local r, err = json.decode("[1 2]")
return r, err:kind(), err:message()
