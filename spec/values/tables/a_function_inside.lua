-- error is: Invalid: echo:list_string: argument 1 (v): [2]: expected a plain value (nil, boolean, number, string or table), got function
-- error and:   echo-list-string: func(v: list<string>) -> list<string>
-- details: {argument = 1, path = "[2]", expected = "a plain value (nil, boolean, number, string or table)", got = "function"}
-- line: 5
local value, err = funcs.call("echo:list_string", {"a", function() end})
error(err)
