-- error is: Invalid: echo:shape: argument 1 (v): empty: expected true (the case has no payload), got number 5
-- error and:   echo-shape: func(v: shape) -> shape
-- details: {argument = 1, path = "empty", expected = "true (the case has no payload)", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:shape", {empty = 5})
error(err)
