-- error is: Invalid: echo:tuple: argument 1 (v): expected tuple<u8, string, f64> (an array of 3), got 4 elements
-- error and:   echo-tuple: func(v: tuple<u8, string, f64>) -> tuple<u8, string, f64>
-- details: {argument = 1, path = "", expected = "tuple<u8, string, f64> (an array of 3)", got = "4 elements"}
-- line: 5
local value, err = funcs.call("echo:tuple", {1, "a", 2, 3})
error(err)
