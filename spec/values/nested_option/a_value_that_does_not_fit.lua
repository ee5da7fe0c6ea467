-- error is: Invalid: echo:option_option: argument 1 (v): some: expected u32, got string "x"
-- error and:   echo-option-option: func(v: option<option<u32>>) -> option<option<u32>>
-- details: {argument = 1, path = "some", expected = "u32", got = "string \"x\""}
-- line: 5
local value, err = funcs.call("echo:option_option", {some = "x"})
error(err)
