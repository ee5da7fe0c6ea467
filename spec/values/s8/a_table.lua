-- error is: Invalid: echo:s8: argument 1 (v): expected s8, got an array of 1
-- error and:   echo-s8: func(v: s8) -> s8
-- details: {argument = 1, path = "", expected = "s8", got = "an array of 1"}
-- line: 5
local value, err = funcs.call("echo:s8", {1})
error(err)
