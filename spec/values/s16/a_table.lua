-- error is: Invalid: echo:s16: argument 1 (v): expected s16, got an array of 1
-- error and:   echo-s16: func(v: s16) -> s16
-- details: {argument = 1, path = "", expected = "s16", got = "an array of 1"}
-- line: 5
local value, err = funcs.call("echo:s16", {1})
error(err)
