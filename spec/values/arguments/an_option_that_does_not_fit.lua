-- error is: Invalid: echo:optional_tail: argument 3 (note): expected string, got number 5
-- error and:   optional-tail: func(name: string, count: option<u32>, note: option<string>) -> tuple<string, option<u32>, option<string>>
-- details: {argument = 3, path = "", expected = "string", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:optional_tail", "a", nil, 5)
error(err)
