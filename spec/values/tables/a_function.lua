-- error is: Invalid: echo:string: argument 1 (v): expected a plain value (nil, boolean, number, string or table), got function
-- error and:   echo-string: func(v: string) -> string
-- details: {argument = 1, path = "", expected = "a plain value (nil, boolean, number, string or table)", got = "function"}
-- line: 5
local value, err = funcs.call("echo:string", print)
error(err)
