-- error is: Invalid: echo:u8: argument 1 (v): expected u8, got boolean true
-- error and:   echo-u8: func(v: u8) -> u8
-- details: {argument = 1, path = "", expected = "u8", got = "boolean true"}
-- line: 5
local value, err = funcs.call("echo:u8", true)
error(err)
