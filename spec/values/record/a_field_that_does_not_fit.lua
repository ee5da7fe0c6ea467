-- error is: Invalid: echo:point: argument 1 (v): y: expected s32, got string "2"
-- error and:   echo-point: func(v: point) -> point
-- details: {argument = 1, path = "y", expected = "s32", got = "string \"2\""}
-- line: 5
local value, err = funcs.call("echo:point", {x = 1, y = "2"})
error(err)
