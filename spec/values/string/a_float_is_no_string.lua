-- error is: Invalid: echo:string: argument 1 (v): expected string, got number 5
-- error and:   echo-string: func(v: string) -> string
-- details: {argument = 1, path = "", expected = "string", got = "number 5"}
-- line: 5
local value, err = funcs.call("echo:string", 5.0)
error(err)
