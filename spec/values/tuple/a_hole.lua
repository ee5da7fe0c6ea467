-- error is: Invalid: echo:tuple: argument 1 (v): [2]: expected string, got nil
-- error and:   echo-tuple: func(v: tuple<u8, string, f64>) -> tuple<u8, string, f64>
-- details: {argument = 1, path = "[2]", expected = "string", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:tuple", {1, nil, 2})
error(err)
