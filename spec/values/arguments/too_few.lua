-- error is: Invalid: echo:swap: expected 2 arguments, got 1
-- error and:   swap: func(a: u32, b: string) -> tuple<string, u32>
-- details: {path = "", expected = "2 arguments", got = "1"}
-- line: 5
local value, err = funcs.call("echo:swap", 1)
error(err)
