-- error is: Invalid: echo:bytes: argument 1 (v): [2]: expected u8, got string "a"
-- error and:   echo-bytes: func(v: list<u8>) -> list<u8>
-- details: {argument = 1, path = "[2]", expected = "u8", got = "string \"a\""}
-- line: 5
local value, err = funcs.call("echo:bytes", {1, "a"})
error(err)
