-- error is: Invalid: echo:string: argument 1 (v): expected string, got error
-- error and:   echo-string: func(v: string) -> string
-- details: {argument = 1, path = "", expected = "string", got = "error"}
-- line: 5
local value, err = funcs.call("echo:string", errors.new("e"))
error(err)
