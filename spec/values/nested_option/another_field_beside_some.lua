-- error is: Invalid: echo:option_option: argument 1 (v): expected {} (some of none) or {some = value}, got a table with some, other
-- error and:   echo-option-option: func(v: option<option<u32>>) -> option<option<u32>>
-- details: {argument = 1, path = "", expected = "{} (some of none) or {some = value}", got = "a table with some, other"}
-- line: 5
local value, err = funcs.call("echo:option_option", {some = 5, other = 1})
error(err)
