-- error is: Invalid: echo:point: argument 1 (v): expected point, got an array of 2
-- error and:   echo-point: func(v: point) -> point
-- details: {argument = 1, path = "", expected = "point", got = "an array of 2"}
-- line: 5
local value, err = funcs.call("echo:point", {1, 2})
error(err)
