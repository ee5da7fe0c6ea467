-- error is: Invalid: echo:flags8: argument 1 (v): [1]: expected one of flags8: f0, f1, f2, f3, f4, f5, f6, f7, got "f9"
-- error and:   echo-flags8: func(v: flags8) -> flags8
-- error and:   did you mean f0?
-- details: {argument = 1, path = "[1]", expected = "one of flags8: f0, f1, f2, f3, f4, f5, f6, f7", got = "\"f9\"", suggestion = "f0"}
-- line: 6
local value, err = funcs.call("echo:flags8", {"f9"})
error(err)
