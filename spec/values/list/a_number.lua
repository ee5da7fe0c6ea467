-- error is: Invalid: echo:list_string: argument 1 (v): expected list<string>, got number 5
-- error and:   echo-list-string: func(v: list<string>) -> list<string>
-- details: {argument = 1, path = "", expected = "list<string>", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:list_string", 5)
error(err)
