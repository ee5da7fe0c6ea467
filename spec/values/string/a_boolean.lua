-- error is: Invalid: echo:string: argument 1 (v): expected string, got boolean true
-- error and:   echo-string: func(v: string) -> string
-- details: {argument = 1, path = "", expected = "string", got = "boolean true"}
-- line: 5
local value, err = funcs.call("echo:string", true)
error(err)
