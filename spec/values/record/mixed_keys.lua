-- error is: Invalid: echo:point: argument 1 (v): expected point, got a table that mixes array and string keys
-- error and:   echo-point: func(v: point) -> point
-- details: {argument = 1, path = "", expected = "point", got = "a table that mixes array and string keys"}
-- line: 5
local value, err = funcs.call("echo:point", {x = 1, y = 2, "z"})
error(err)
