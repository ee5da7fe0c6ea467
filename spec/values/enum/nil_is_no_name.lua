-- error is: Invalid: echo:color: argument 1 (v): expected one of color: red, green, blue, ultra-violet, got nil
-- error and:   echo-color: func(v: color) -> color
-- details: {argument = 1, path = "", expected = "one of color: red, green, blue, ultra-violet", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:color", nil)
error(err)
