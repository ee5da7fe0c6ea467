-- error is: Invalid: echo:point: argument 1 (v): y: expected a plain value (nil, boolean, number, string or table), got coroutine
-- error and:   echo-point: func(v: point) -> point
-- details: {argument = 1, path = "y", expected = "a plain value (nil, boolean, number, string or table)", got = "coroutine"}
-- line: 5
local value, err = funcs.call("echo:point", {x = 1, y = coroutine.create(print)})
error(err)
