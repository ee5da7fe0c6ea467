-- error is: Invalid: echo:string: argument 1 (v): expected a plain value (nil, boolean, number, string or table), got coroutine
-- error and:   echo-string: func(v: string) -> string
-- details: {argument = 1, path = "", expected = "a plain value (nil, boolean, number, string or table)", got = "coroutine"}
-- line: 5
local value, err = funcs.call("echo:string", coroutine.create(print))
error(err)
