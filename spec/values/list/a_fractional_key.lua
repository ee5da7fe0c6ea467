-- error is: Invalid: echo:list_string: argument 1 (v): expected list<string>, got a table with the key number 1.5
-- error and:   echo-list-string: func(v: list<string>) -> list<string>
-- details: {argument = 1, path = "", expected = "list<string>", got = "a table with the key number 1.5"}
-- line: 5
local value, err = funcs.call("echo:list_string", {[1.5] = "a"})
error(err)
