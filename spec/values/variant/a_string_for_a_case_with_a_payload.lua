-- error is: Invalid: echo:shape: argument 1 (v): expected {byte = u8}, got string "byte"
-- error and:   echo-shape: func(v: shape) -> shape
-- details: {argument = 1, path = "", expected = "{byte = u8}", got = "string \"byte\""}
-- line: 5
local value, err = funcs.call("echo:shape", "byte")
error(err)
