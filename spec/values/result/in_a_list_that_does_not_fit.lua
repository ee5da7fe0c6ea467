-- error is: Invalid: echo:list_result: argument 1 (v): [2].err: expected string, got number 5
-- error and:   echo-list-result: func(v: list<result<u32, string>>) -> list<result<u32, string>>
-- details: {argument = 1, path = "[2].err", expected = "string", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:list_result", {{ok = 1}, {err = 5}})
error(err)
