-- error is: Invalid: echo:point: argument 1 (v): y: expected s32, got nil
-- error and:   echo-point: func(v: point) -> point
-- details: {argument = 1, path = "y", expected = "s32", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:point", {x = 1})
error(err)
