-- error is: Invalid: echo:u32: argument 1 (v): expected u32 (an integer from 0 to 4294967295), got number NaN
-- error and:   echo-u32: func(v: u32) -> u32
-- details: {argument = 1, path = "", expected = "u32 (an integer from 0 to 4294967295)", got = "number NaN"}
-- line: 5
local value, err = funcs.call("echo:u32", 0/0)
error(err)
