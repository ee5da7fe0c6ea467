-- error is: Invalid: echo:u16: argument 1 (v): expected u16 (an integer from 0 to 65535), got int64 9223372036854775807
-- error and:   echo-u16: func(v: u16) -> u16
-- details: {argument = 1, path = "", expected = "u16 (an integer from 0 to 65535)", got = "int64 9223372036854775807"}
-- line: 5
local value, err = funcs.call("echo:u16", int64.parse("9223372036854775807"))
error(err)
