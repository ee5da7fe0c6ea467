-- error is: Invalid: echo:cube: argument 1 (v): [2][2][2]: expected string, got number 7
-- error and:   echo-cube: func(v: list<list<list<string>>>) -> list<list<list<string>>>
-- details: {argument = 1, path = "[2][2][2]", expected = "string", got = "number 7"}
-- line: 5
local value, err = funcs.call("echo:cube", {{{"a"}}, {{"b"}, {"c", 7}}})
error(err)
