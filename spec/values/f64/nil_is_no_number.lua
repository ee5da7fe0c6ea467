-- error is: Invalid: echo:f64: argument 1 (v): expected f64, got nil
-- error and:   echo-f64: func(v: f64) -> f64
-- details: {argument = 1, path = "", expected = "f64", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:f64", nil)
error(err)
