-- error is: Invalid: echo:string: argument 1: expected a plain value (nil, boolean, number, string or table), got function
-- details: {argument = 1, path = "", expected = "a plain value (nil, boolean, number, string or table)", got = "function"}
-- line: 4
local value, err = funcs.call("echo:string", print)
error(err)
