-- error is: Invalid: echo:nothing: expected 0 arguments, got 1
-- error and:   nothing: func()
-- details: {path = "", expected = "0 arguments", got = "1"}
-- line: 5
local value, err = funcs.call("echo:nothing", 1)
error(err)
