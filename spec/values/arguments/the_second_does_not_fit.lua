-- error is: Invalid: echo:swap: argument 2 (b): expected string, got number 2
-- error and:   swap: func(a: u32, b: string) -> tuple<string, u32>
-- details: {argument = 2, path = "", expected = "string", got = "number 2"}
-- line: 5
local value, err = funcs.call("echo:swap", 1, 2)
error(err)
