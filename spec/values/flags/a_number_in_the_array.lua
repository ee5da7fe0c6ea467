-- error is: Invalid: echo:flags8: argument 1 (v): [1]: expected one of flags8: f0, f1, f2, f3, f4, f5, f6, f7, got number 1
-- error and:   echo-flags8: func(v: flags8) -> flags8
-- details: {argument = 1, path = "[1]", expected = "one of flags8: f0, f1, f2, f3, f4, f5, f6, f7", got = "number 1"}
-- line: 5
local value, err = funcs.call("echo:flags8", {1})
error(err)
