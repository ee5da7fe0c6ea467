-- error is: Invalid: echo:optional_tail: expected 1 to 3 arguments, got 4
-- error and:   optional-tail: func(name: string, count: option<u32>, note: option<string>) -> tuple<string, option<u32>, option<string>>
-- details: {path = "", expected = "1 to 3 arguments", got = "4"}
-- line: 5
local value, err = funcs.call("echo:optional_tail", "a", 1, "n", 4)
error(err)
