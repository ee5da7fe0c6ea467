-- error is: Invalid: echo:s64: argument 1 (v): expected s64 (exact beyond 2^53 only as int64 or bigint), got number 9007199254740994
-- error and:   echo-s64: func(v: s64) -> s64
-- details: {argument = 1, path = "", expected = "s64 (exact beyond 2^53 only as int64 or bigint)", got = "number 9007199254740994"}
-- line: 5
local value, err = funcs.call("echo:s64", 2^53 + 2)
error(err)
