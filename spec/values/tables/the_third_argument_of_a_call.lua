-- error is: Invalid: echo:optional_tail: argument 3 (note): expected a plain value (nil, boolean, number, string or table), got function
-- error and:   optional-tail: func(name: string, count: option<u32>, note: option<string>) -> tuple<string, option<u32>, option<string>>
-- details: {argument = 3, path = "", expected = "a plain value (nil, boolean, number, string or table)", got = "function"}
-- line: 5
local value, err = funcs.call("echo:optional_tail", "a", 1, print)
error(err)
