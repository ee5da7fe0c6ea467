-- error is: Invalid: echo:point: argument 1 (v): expected point, got a table with a key that is not UTF-8
-- error and:   echo-point: func(v: point) -> point
-- details: {argument = 1, path = "", expected = "point", got = "a table with a key that is not UTF-8"}
-- line: 5
local value, err = funcs.call("echo:point", {x = 1, y = 2, ["\xff"] = 3})
error(err)
