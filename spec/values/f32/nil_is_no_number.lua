-- error is: Invalid: echo:f32: argument 1 (v): expected f32, got nil
-- error and:   echo-f32: func(v: f32) -> f32
-- details: {argument = 1, path = "", expected = "f32", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:f32", nil)
error(err)
