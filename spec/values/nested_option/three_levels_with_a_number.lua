-- error is: Invalid: echo:option3: argument 1 (v): some.some: expected string, got number 5
-- error and:   echo-option3: func(v: option<option<option<string>>>) -> option<option<option<string>>>
-- details: {argument = 1, path = "some.some", expected = "string", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:option3", {some = {some = 5}})
error(err)
