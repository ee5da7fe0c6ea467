-- error is: Invalid: echo:f64: argument 1 (v): expected f64, got int64 9007199254740993
-- error and:   echo-f64: func(v: f64) -> f64
-- details: {argument = 1, path = "", expected = "f64", got = "int64 9007199254740993"}
-- line: 5
local value, err = funcs.call("echo:f64", int64.parse("9007199254740993"))
error(err)
