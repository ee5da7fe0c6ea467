-- error is: Invalid: echo:s8: argument 1 (v): expected s8 (an integer from -128 to 127), got number 128
-- error and:   echo-s8: func(v: s8) -> s8
-- details: {argument = 1, path = "", expected = "s8 (an integer from -128 to 127)", got = "number 128"}
-- line: 5
local value, err = funcs.call("echo:s8", 128)
error(err)
