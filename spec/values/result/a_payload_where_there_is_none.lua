-- error is: Invalid: echo:result: argument 1 (v): ok: expected true (no payload), got number 5
-- error and:   echo-result: func(v: result) -> result
-- details: {argument = 1, path = "ok", expected = "true (no payload)", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:result", {ok = 5})
error(err)
