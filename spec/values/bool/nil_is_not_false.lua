-- error is: Invalid: echo:bool: argument 1 (v): expected bool, got nil
-- error and:   echo-bool: func(v: bool) -> bool
-- details: {argument = 1, path = "", expected = "bool", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:bool", nil)
error(err)
