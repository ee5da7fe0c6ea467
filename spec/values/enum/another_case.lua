-- error is: Invalid: echo:color: argument 1 (v): expected one of color: red, green, blue, ultra-violet, got "Red"
-- error and:   echo-color: func(v: color) -> color
-- error and:   did you mean red?
-- details: {argument = 1, path = "", expected = "one of color: red, green, blue, ultra-violet", got = "\"Red\"", suggestion = "red"}
-- line: 6
local value, err = funcs.call("echo:color", "Red")
error(err)
