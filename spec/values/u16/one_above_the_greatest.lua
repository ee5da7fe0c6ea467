-- error is: Invalid: echo:u16: argument 1 (v): expected u16 (an integer from 0 to 65535), got number 65536
-- error and:   echo-u16: func(v: u16) -> u16
-- details: {argument = 1, path = "", expected = "u16 (an integer from 0 to 65535)", got = "number 65536"}
-- line: 5
local value, err = funcs.call("echo:u16", 65536)
error(err)
