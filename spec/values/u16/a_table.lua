-- error is: Invalid: echo:u16: argument 1 (v): expected u16, got an array of 1
-- error and:   echo-u16: func(v: u16) -> u16
-- details: {argument = 1, path = "", expected = "u16", got = "an array of 1"}
-- line: 5
local value, err = funcs.call("echo:u16", {1})
error(err)
