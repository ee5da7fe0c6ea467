-- error is: Invalid: echo:u8: argument 1 (v): expected u8 (an integer from 0 to 255), got number Infinity
-- error and:   echo-u8: func(v: u8) -> u8
-- details: {argument = 1, path = "", expected = "u8 (an integer from 0 to 255)", got = "number Infinity"}
-- line: 5
local value, err = funcs.call("echo:u8", math.huge)
error(err)
