-- error is: Invalid: echo:flags8: argument 1 (v): expected flags8: an array of names or {name = true}, got number 1
-- error and:   echo-flags8: func(v: flags8) -> flags8
-- details: {argument = 1, path = "", expected = "flags8: an array of names or {name = true}", got = "number 1"}
-- line: 5
local value, err = funcs.call("echo:flags8", 1)
error(err)
