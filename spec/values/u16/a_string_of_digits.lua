-- error is: Invalid: echo:u16: argument 1 (v): expected u16, got string "7"
-- error and:   echo-u16: func(v: u16) -> u16
-- details: {argument = 1, path = "", expected = "u16", got = "string \"7\""}
-- line: 5
local value, err = funcs.call("echo:u16", "7")
error(err)
