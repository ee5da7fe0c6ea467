-- error is: Invalid: echo:f32: argument 1 (v): expected f32, got string "1.5"
-- error and:   echo-f32: func(v: f32) -> f32
-- details: {argument = 1, path = "", expected = "f32", got = "string \"1.5\""}
-- line: 5
local value, err = funcs.call("echo:f32", "1.5")
error(err)
