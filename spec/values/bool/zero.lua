-- error is: Invalid: echo:bool: argument 1 (v): expected bool, got number 0
-- error and:   echo-bool: func(v: bool) -> bool
-- details: {argument = 1, path = "", expected = "bool", got = "number 0"}
-- line: 5
local value, err = funcs.call("echo:bool", 0)
error(err)
