-- error is: Invalid: echo:s32: argument 1 (v): expected s32 (an integer from -2147483648 to 2147483647), got number -2147483649
-- error and:   echo-s32: func(v: s32) -> s32
-- details: {argument = 1, path = "", expected = "s32 (an integer from -2147483648 to 2147483647)", got = "number -2147483649"}
-- line: 5
local value, err = funcs.call("echo:s32", -2147483649)
error(err)
