-- error is: Invalid: echo:option: argument 1 (v): expected u32, got string "x"
-- error and:   echo-option: func(v: option<u32>) -> option<u32>
-- details: {argument = 1, path = "", expected = "u32", got = "string \"x\""}
-- line: 5
local value, err = funcs.call("echo:option", "x")
error(err)
