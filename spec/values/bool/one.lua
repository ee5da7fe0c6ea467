-- error is: Invalid: echo:bool: argument 1 (v): expected bool, got number 1
-- error and:   echo-bool: func(v: bool) -> bool
-- details: {argument = 1, path = "", expected = "bool", got = "number 1"}
-- line: 5
local value, err = funcs.call("echo:bool", 1)
error(err)
