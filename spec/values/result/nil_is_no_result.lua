-- error is: Invalid: echo:result: argument 1 (v): expected {ok = value} or {err = error}, got nil
-- error and:   echo-result: func(v: result) -> result
-- details: {argument = 1, path = "", expected = "{ok = value} or {err = error}", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:result", nil)
error(err)
