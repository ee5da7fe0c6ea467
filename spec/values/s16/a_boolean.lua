-- error is: Invalid: echo:s16: argument 1 (v): expected s16, got boolean true
-- error and:   echo-s16: func(v: s16) -> s16
-- details: {argument = 1, path = "", expected = "s16", got = "boolean true"}
-- line: 5
local value, err = funcs.call("echo:s16", true)
error(err)
