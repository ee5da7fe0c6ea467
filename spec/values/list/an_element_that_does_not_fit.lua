-- error is: Invalid: echo:list_u16: argument 1 (v): [3]: expected u16 (an integer from 0 to 65535), got number 65536
-- error and:   echo-list-u16: func(v: list<u16>) -> list<u16>
-- details: {argument = 1, path = "[3]", expected = "u16 (an integer from 0 to 65535)", got = "number 65536"}
-- line: 5
local value, err = funcs.call("echo:list_u16", {1, 2, 65536})
error(err)
