-- error is: Invalid: echo:u64: argument 1 (v): expected u64 (an integer from 0 to 18446744073709551615), got number -1
-- error and:   echo-u64: func(v: u64) -> u64
-- details: {argument = 1, path = "", expected = "u64 (an integer from 0 to 18446744073709551615)", got = "number -1"}
-- line: 5
local value, err = funcs.call("echo:u64", -1)
error(err)
