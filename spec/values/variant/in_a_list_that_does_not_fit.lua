-- error is: Invalid: echo:list_shape: argument 1 (v): [2].byte: expected u8 (an integer from 0 to 255), got number -1
-- error and:   echo-list-shape: func(v: list<shape>) -> list<shape>
-- details: {argument = 1, path = "[2].byte", expected = "u8 (an integer from 0 to 255)", got = "number -1"}
-- line: 5
local value, err = funcs.call("echo:list_shape", {"empty", {byte = -1}})
error(err)
