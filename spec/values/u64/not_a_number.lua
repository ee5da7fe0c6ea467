-- error is: Invalid: echo:u64: argument 1 (v): expected u64 (an integer from 0 to 18446744073709551615), got number NaN
-- error and:   echo-u64: func(v: u64) -> u64
-- details: {argument = 1, path = "", expected = "u64 (an integer from 0 to 18446744073709551615)", got = "number NaN"}
-- line: 5
local value, err = funcs.call("echo:u64", 0/0)
error(err)
