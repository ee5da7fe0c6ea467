-- error is: Invalid: echo:u64: argument 1 (v): expected u64 (exact beyond 2^53 only as int64 or bigint), got number 1e+300
-- error and:   echo-u64: func(v: u64) -> u64
-- details: {argument = 1, path = "", expected = "u64 (exact beyond 2^53 only as int64 or bigint)", got = "number 1e+300"}
-- line: 5
local value, err = funcs.call("echo:u64", 1e300)
error(err)
