-- error is: Invalid: echo:u8: argument 1 (v): expected u8 (an integer from 0 to 255), got number NaN
-- error and:   echo-u8: func(v: u8) -> u8
-- details: {argument = 1, path = "", expected = "u8 (an integer from 0 to 255)", got = "number NaN"}
-- line: 5
local value, err = funcs.call("echo:u8", 0/0)
error(err)
