-- expect: nil, "Internal", "json.decode: line 1, column 1: expected a string that ends, got \"\\\"\""
local r, err = json.decode("\"abc")
return r, err:kind(), err:message()
