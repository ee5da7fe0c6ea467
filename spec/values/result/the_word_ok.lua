-- error is: Invalid: echo:result: argument 1 (v): expected {ok = value} or {err = error}, got string "ok"
-- error and:   echo-result: func(v: result) -> result
-- details: {argument = 1, path = "", expected = "{ok = value} or {err = error}", got = "string \"ok\""}
-- line: 5
local value, err = funcs.call("echo:result", "ok")
error(err)
