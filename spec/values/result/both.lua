-- error is: Invalid: echo:result_both: argument 1 (v): expected {ok = value} or {err = error}, got a table with ok, err
-- error and:   echo-result-both: func(v: result<list<u8>, string>) -> result<list<u8>, string>
-- details: {argument = 1, path = "", expected = "{ok = value} or {err = error}", got = "a table with ok, err"}
-- line: 5
local value, err = funcs.call("echo:result_both", {ok = "a", err = "b"})
error(err)
