-- error is: Invalid: echo:tuple: argument 1 (v): expected tuple<u8, string, f64> (an array of 3), got a table with a, b, c
-- error and:   echo-tuple: func(v: tuple<u8, string, f64>) -> tuple<u8, string, f64>
-- details: {argument = 1, path = "", expected = "tuple<u8, string, f64> (an array of 3)", got = "a table with a, b, c"}
-- line: 5
local value, err = funcs.call("echo:tuple", {a = 1, b = "a", c = 2})
error(err)
