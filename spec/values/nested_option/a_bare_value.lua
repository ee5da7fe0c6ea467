-- error is: Invalid: echo:option_option: argument 1 (v): expected {} (some of none) or {some = value}, got number 5
-- error and:   echo-option-option: func(v: option<option<u32>>) -> option<option<u32>>
-- details: {argument = 1, path = "", expected = "{} (some of none) or {some = value}", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:option_option", 5)
error(err)
