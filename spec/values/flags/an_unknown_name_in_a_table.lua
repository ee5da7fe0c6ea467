-- error is: Invalid: echo:flags8: argument 1 (v): expected one of flags8: f0, f1, f2, f3, f4, f5, f6, f7, got "g"
-- error and:   echo-flags8: func(v: flags8) -> flags8
-- details: {argument = 1, path = "", expected = "one of flags8: f0, f1, f2, f3, f4, f5, f6, f7", got = "\"g\""}
-- line: 5
local value, err = funcs.call("echo:flags8", {g = true})
error(err)
