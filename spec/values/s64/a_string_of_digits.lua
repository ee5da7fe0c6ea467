-- error is: Invalid: echo:s64: argument 1 (v): expected s64, got string "9223372036854775807"
-- error and:   echo-s64: func(v: s64) -> s64
-- details: {argument = 1, path = "", expected = "s64", got = "string \"9223372036854775807\""}
-- line: 5
local value, err = funcs.call("echo:s64", "9223372036854775807")
error(err)
