-- error is: Invalid: echo:bytes: argument 1 (v): expected list<u8>, got a table with a
-- error and:   echo-bytes: func(v: list<u8>) -> list<u8>
-- details: {argument = 1, path = "", expected = "list<u8>", got = "a table with a"}
-- line: 5
local value, err = funcs.call("echo:bytes", {a = 1})
error(err)
