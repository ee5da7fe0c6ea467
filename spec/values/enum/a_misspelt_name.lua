-- error is: Invalid: echo:color: argument 1 (v): expected one of color: red, green, blue, ultra-violet, got "gren"
-- error and:   echo-color: func(v: color) -> color
-- error and:   did you mean green?
-- details: {argument = 1, path = "", expected = "one of color: red, green, blue, ultra-violet", got = "\"gren\"", suggestion = "green"}
-- line: 6
local value, err = funcs.call("echo:color", "gren")
error(err)
