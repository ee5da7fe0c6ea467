-- error is: Invalid: echo:result_ok: argument 1 (v): ok: expected u32, got string "x"
-- error and:   echo-result-ok: func(v: result<u32>) -> result<u32>
-- details: {argument = 1, path = "ok", expected = "u32", got = "string \"x\""}
-- line: 5
local value, err = funcs.call("echo:result_ok", {ok = "x"})
error(err)
