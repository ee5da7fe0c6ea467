-- error is: Invalid: echo:u8: argument 1 (v): expected u8, got an array of 1
-- error and:   echo-u8: func(v: u8) -> u8
-- details: {argument = 1, path = "", expected = "u8", got = "an array of 1"}
-- line: 5
local value, err = funcs.call("echo:u8", {1})
error(err)
