-- error is: Invalid: echo:s32: argument 1 (v): expected s32, got boolean true
-- error and:   echo-s32: func(v: s32) -> s32
-- details: {argument = 1, path = "", expected = "s32", got = "boolean true"}
-- line: 5
local value, err = funcs.call("echo:s32", true)
error(err)
