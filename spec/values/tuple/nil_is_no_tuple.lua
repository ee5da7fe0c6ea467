-- error is: Invalid: echo:tuple: argument 1 (v): expected tuple<u8, string, f64> (an array of 3), got nil
-- error and:   echo-tuple: func(v: tuple<u8, string, f64>) -> tuple<u8, string, f64>
-- details: {argument = 1, path = "", expected = "tuple<u8, string, f64> (an array of 3)", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:tuple", nil)
error(err)
