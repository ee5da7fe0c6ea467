-- error is: Invalid: echo:u8: argument 1 (v): expected u8 (an integer from 0 to 255), got int64 9223372036854775807
-- error and:   echo-u8: func(v: u8) -> u8
-- details: {argument = 1, path = "", expected = "u8 (an integer from 0 to 255)", got = "int64 9223372036854775807"}
-- line: 5
local value, err = funcs.call("echo:u8", int64.parse("9223372036854775807"))
error(err)
