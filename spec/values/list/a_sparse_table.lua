-- error is: Invalid: echo:list_string: argument 1 (v): expected list<string>, got an array with holes
-- error and:   echo-list-string: func(v: list<string>) -> list<string>
-- details: {argument = 1, path = "", expected = "list<string>", got = "an array with holes"}
-- line: 5
local value, err = funcs.call("echo:list_string", {[1] = "a", [1000] = "b"})
error(err)
