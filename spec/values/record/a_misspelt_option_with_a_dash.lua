-- error is: Invalid: echo:settings: argument 1 (v): retry_cuont: expected no field of that name in settings, got number 1
-- error and:   echo-settings: func(v: settings) -> settings
-- error and:   did you mean retry-count?
-- details: {argument = 1, path = "retry_cuont", expected = "no field of that name in settings", got = "number 1", suggestion = "retry-count"}
-- line: 6
local value, err = funcs.call("echo:settings", {name = "n", retry_cuont = 1})
error(err)
