-- error is: Invalid: echo:list_string: argument 1 (v): [2]: expected string, got number 5
-- error and:   echo-list-string: func(v: list<string>) -> list<string>
-- details: {argument = 1, path = "[2]", expected = "string", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:list_string", {"a", 5})
error(err)
