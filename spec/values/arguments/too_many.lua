-- error is: Invalid: echo:u8: expected 1 argument, got 2
-- error and:   echo-u8: func(v: u8) -> u8
-- details: {path = "", expected = "1 argument", got = "2"}
-- line: 5
local value, err = funcs.call("echo:u8", 1, 2)
error(err)
