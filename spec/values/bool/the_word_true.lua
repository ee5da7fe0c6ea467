-- error is: Invalid: echo:bool: argument 1 (v): expected bool, got string "true"
-- error and:   echo-bool: func(v: bool) -> bool
-- details: {argument = 1, path = "", expected = "bool", got = "string \"true\""}
-- line: 5
local value, err = funcs.call("echo:bool", "true")
error(err)
