-- error is: Invalid: echo:optional_tail: argument 3: expected a plain value (nil, boolean, number, string or table), got function
-- details: {argument = 3, path = "", expected = "a plain value (nil, boolean, number, string or table)", got = "function"}
-- line: 4
local value, err = funcs.call("echo:optional_tail", "a", 1, print)
error(err)
