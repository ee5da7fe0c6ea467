-- error is: Invalid: echo:list_color: argument 1 (v): [2]: expected one of color: red, green, blue, ultra-violet, got "purple"
-- error and:   echo-list-color: func(v: list<color>) -> list<color>
-- details: {argument = 1, path = "[2]", expected = "one of color: red, green, blue, ultra-violet", got = "\"purple\""}
-- line: 5
local value, err = funcs.call("echo:list_color", {"red", "purple"})
error(err)
