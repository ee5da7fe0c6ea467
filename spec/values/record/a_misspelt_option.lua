-- error is: Invalid: echo:settings: argument 1 (v): nots: expected no field of that name in settings, got string "x"
-- error and:   echo-settings: func(v: settings) -> settings
-- error and:   did you mean note?
-- details: {argument = 1, path = "nots", expected = "no field of that name in settings", got = "string \"x\"", suggestion = "note"}
-- line: 6
local value, err = funcs.call("echo:settings", {name = "n", nots = "x"})
error(err)
