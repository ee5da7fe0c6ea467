-- error is: Invalid: echo:s8: argument 1 (v): expected s8 (an integer from -128 to 127), got number 0.5
-- error and:   echo-s8: func(v: s8) -> s8
-- details: {argument = 1, path = "", expected = "s8 (an integer from -128 to 127)", got = "number 0.5"}
-- line: 5
local value, err = funcs.call("echo:s8", 0.5)
error(err)
