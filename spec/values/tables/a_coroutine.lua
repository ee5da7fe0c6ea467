-- error is: Invalid: echo:string: argument 1: expected a plain value (nil, boolean, number, string or table), got coroutine
-- details: {argument = 1, path = "", expected = "a plain value (nil, boolean, number, string or table)", got = "coroutine"}
-- line: 4
local value, err = funcs.call("echo:string", coroutine.create(print))
error(err)
