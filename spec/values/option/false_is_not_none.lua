-- error is: Invalid: echo:option: argument 1 (v): expected u32, got boolean false
-- error and:   echo-option: func(v: option<u32>) -> option<u32>
-- details: {argument = 1, path = "", expected = "u32", got = "boolean false"}
-- line: 5
local value, err = funcs.call("echo:option", false)
error(err)
