-- error is: Invalid: echo:bytes: argument 1 (v): [2]: expected u8 (an integer from 0 to 255), got number 256
-- error and:   echo-bytes: func(v: list<u8>) -> list<u8>
-- details: {argument = 1, path = "[2]", expected = "u8 (an integer from 0 to 255)", got = "number 256"}
-- line: 5
local value, err = funcs.call("echo:bytes", {0, 256})
error(err)
