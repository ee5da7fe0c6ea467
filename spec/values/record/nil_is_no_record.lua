-- error is: Invalid: echo:point: argument 1 (v): expected point, got nil
-- error and:   echo-point: func(v: point) -> point
-- details: {argument = 1, path = "", expected = "point", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:point", nil)
error(err)
