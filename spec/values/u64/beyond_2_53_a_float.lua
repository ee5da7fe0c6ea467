-- error is: Invalid: echo:u64: argument 1 (v): expected u64 (exact beyond 2^53 only as int64 or bigint), got number 9007199254740994
-- error and:   echo-u64: func(v: u64) -> u64
-- details: {argument = 1, path = "", expected = "u64 (exact beyond 2^53 only as int64 or bigint)", got = "number 9007199254740994"}
-- line: 5
local value, err = funcs.call("echo:u64", 2^53 + 2)
error(err)
