-- error is: Invalid: echo:point: argument 1: y: expected a plain value (nil, boolean, number, string or table), got coroutine
-- details: {argument = 1, path = "y", expected = "a plain value (nil, boolean, number, string or table)", got = "coroutine"}
-- line: 4
local value, err = funcs.call("echo:point", {x = 1, y = coroutine.create(print)})
error(err)
