-- error is: Invalid: echo:result_err: argument 1 (v): err: expected string, got number 5
-- error and:   echo-result-err: func(v: result<_, string>) -> result<_, string>
-- details: {argument = 1, path = "err", expected = "string", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:result_err", {err = 5})
error(err)
