-- error is: Invalid: echo:point: argument 1 (v): expected point, got a table with the key boolean true
-- error and:   echo-point: func(v: point) -> point
-- details: {argument = 1, path = "", expected = "point", got = "a table with the key boolean true"}
-- line: 5
local value, err = funcs.call("echo:point", {[true] = 1, x = 1, y = 2})
error(err)
