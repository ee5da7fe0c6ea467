-- error is: Invalid: echo:option3: argument 1 (v): some: expected {} (some of none) or {some = value}, got string "x"
-- error and:   echo-option3: func(v: option<option<option<string>>>) -> option<option<option<string>>>
-- details: {argument = 1, path = "some", expected = "{} (some of none) or {some = value}", got = "string \"x\""}
-- line: 5
local value, err = funcs.call("echo:option3", {some = "x"})
error(err)
