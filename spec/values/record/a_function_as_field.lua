-- error is: Invalid: echo:point: argument 1: f: expected a plain value (nil, boolean, number, string or table), got function
-- details: {argument = 1, path = "f", expected = "a plain value (nil, boolean, number, string or table)", got = "function"}
-- line: 4
local value, err = funcs.call("echo:point", {x = 1, y = 2, f = print})
error(err)
