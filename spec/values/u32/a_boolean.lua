-- error is: Invalid: echo:u32: argument 1 (v): expected u32, got boolean false
-- error and:   echo-u32: func(v: u32) -> u32
-- details: {argument = 1, path = "", expected = "u32", got = "boolean false"}
-- line: 5
local value, err = funcs.call("echo:u32", false)
error(err)
