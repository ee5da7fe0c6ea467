-- expect: nil, "Invalid", true, {argument = 2, path = "[1].f", expected = "a plain value (nil, boolean, number, string or table)", got = "function"}
local r, err = funcs.call("spec:echo", 1, {{f = print}})
return r, err:kind(), err:message():find("spec:echo: argument 2: [1].f: expected a plain value", 1, true) == 1, err:details()
