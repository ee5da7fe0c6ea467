-- error is: Invalid: echo:bool: argument 1 (v): expected bool, got an empty table
-- error and:   echo-bool: func(v: bool) -> bool
-- details: {argument = 1, path = "", expected = "bool", got = "an empty table"}
-- line: 5
local value, err = funcs.call("echo:bool", {})
error(err)
