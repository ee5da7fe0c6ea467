-- error is: Invalid: echo:list_string: argument 1: [2]: expected a plain value (nil, boolean, number, string or table), got function
-- details: {argument = 1, path = "[2]", expected = "a plain value (nil, boolean, number, string or table)", got = "function"}
-- line: 4
local value, err = funcs.call("echo:list_string", {"a", function() end})
error(err)
