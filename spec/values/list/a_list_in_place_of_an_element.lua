-- error is: Invalid: echo:list_u32: argument 1 (v): [1]: expected u32, got an array of 1
-- error and:   echo-list-u32: func(v: list<u32>) -> list<u32>
-- details: {argument = 1, path = "[1]", expected = "u32", got = "an array of 1"}
-- line: 5
local value, err = funcs.call("echo:list_u32", {{1}})
error(err)
