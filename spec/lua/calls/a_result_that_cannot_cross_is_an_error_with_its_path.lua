-- expect: nil, "Invalid", true
local r, err = funcs.call("lua:returns_function")
return r, err:kind(), err:message():find("lua:returns_function: result: f: expected", 1, true) == 1
