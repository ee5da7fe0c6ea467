-- error is: Invalid: echo:u8: argument 1 (v): expected u8, got string "7"
-- error and:   echo-u8: func(v: u8) -> u8
-- details: {argument = 1, path = "", expected = "u8", got = "string \"7\""}
-- line: 5
local value, err = funcs.call("echo:u8", "7")
error(err)
