-- error is: Invalid: echo:u16: argument 1 (v): expected u16, got nil
-- error and:   echo-u16: func(v: u16) -> u16
-- details: {argument = 1, path = "", expected = "u16", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:u16", nil)
error(err)
