-- error is: Invalid: echo:shape: argument 1 (v): byte: expected u8 (an integer from 0 to 255), got number 256
-- error and:   echo-shape: func(v: shape) -> shape
-- details: {argument = 1, path = "byte", expected = "u8 (an integer from 0 to 255)", got = "number 256"}
-- line: 5
local value, err = funcs.call("echo:shape", {byte = 256})
error(err)
