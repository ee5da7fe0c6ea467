-- error is: Invalid: echo:tuple1: argument 1 (v): expected tuple<u8> (an array of 1), got number 5
-- error and:   echo-tuple1: func(v: tuple<u8>) -> tuple<u8>
-- details: {argument = 1, path = "", expected = "tuple<u8> (an array of 1)", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:tuple1", 5)
error(err)
