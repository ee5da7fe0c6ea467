-- error is: Invalid: echo:shape: argument 1 (v): path[2].y: expected s32, got nil
-- error and:   echo-shape: func(v: shape) -> shape
-- details: {argument = 1, path = "path[2].y", expected = "s32", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:shape", {path = {{x = 1, y = 2}, {x = 1}}})
error(err)
