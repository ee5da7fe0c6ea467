-- error is: Invalid: echo:option_option: argument 1 (v): expected {} (some of none) or {some = value}, got a table with sone
-- error and:   echo-option-option: func(v: option<option<u32>>) -> option<option<u32>>
-- error and:   did you mean some?
-- details: {argument = 1, path = "", expected = "{} (some of none) or {some = value}", got = "a table with sone", suggestion = "some"}
-- line: 6
local value, err = funcs.call("echo:option_option", {sone = 5})
error(err)
