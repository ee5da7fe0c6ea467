-- error is: Invalid: echo:point: argument 1 (v): expected point, got string "x=1"
-- error and:   echo-point: func(v: point) -> point
-- details: {argument = 1, path = "", expected = "point", got = "string \"x=1\""}
-- line: 5
local value, err = funcs.call("echo:point", "x=1")
error(err)
