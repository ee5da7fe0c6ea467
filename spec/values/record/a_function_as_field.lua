-- error is: Invalid: echo:point: argument 1 (v): f: expected a plain value (nil, boolean, number, string or table), got function
-- error and:   echo-point: func(v: point) -> point
-- details: {argument = 1, path = "f", expected = "a plain value (nil, boolean, number, string or table)", got = "function"}
-- line: 5
local value, err = funcs.call("echo:point", {x = 1, y = 2, f = print})
error(err)
