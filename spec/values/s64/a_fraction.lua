-- error is: Invalid: echo:s64: argument 1 (v): expected s64 (an integer from -9223372036854775808 to 9223372036854775807), got number 0.5
-- error and:   echo-s64: func(v: s64) -> s64
-- details: {argument = 1, path = "", expected = "s64 (an integer from -9223372036854775808 to 9223372036854775807)", got = "number 0.5"}
-- line: 5
local value, err = funcs.call("echo:s64", 0.5)
error(err)
