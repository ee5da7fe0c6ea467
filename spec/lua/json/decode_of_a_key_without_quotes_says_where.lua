-- expect: nil, "Internal", "json.decode: line 1, column 2: expected a key in quotes, got \"a\""
local r, err = json.decode("{a: 1}")
return r, err:kind(), err:message()
