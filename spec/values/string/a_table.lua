-- error is: Invalid: echo:string: argument 1 (v): expected string, got an array of 1
-- error and:   echo-string: func(v: string) -> string
-- details: {argument = 1, path = "", expected = "string", got = "an array of 1"}
-- line: 5
local value, err = funcs.call("echo:string", {"a"})
error(err)
