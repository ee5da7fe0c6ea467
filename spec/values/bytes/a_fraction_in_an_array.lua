-- error is: Invalid: echo:bytes: argument 1 (v): [1]: expected u8 (an integer from 0 to 255), got number 1.5
-- error and:   echo-bytes: func(v: list<u8>) -> list<u8>
-- details: {argument = 1, path = "[1]", expected = "u8 (an integer from 0 to 255)", got = "number 1.5"}
-- line: 5
local value, err = funcs.call("echo:bytes", {1.5})
error(err)
