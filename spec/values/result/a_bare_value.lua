-- error is: Invalid: echo:result_ok: argument 1 (v): expected {ok = value} or {err = error}, got number 5
-- error and:   echo-result-ok: func(v: result<u32>) -> result<u32>
-- details: {argument = 1, path = "", expected = "{ok = value} or {err = error}", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:result_ok", 5)
error(err)
