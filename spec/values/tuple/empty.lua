-- error is: Invalid: echo:tuple1: argument 1 (v): [1]: expected u8, got nil
-- error and:   echo-tuple1: func(v: tuple<u8>) -> tuple<u8>
-- details: {argument = 1, path = "[1]", expected = "u8", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:tuple1", {})
error(err)
