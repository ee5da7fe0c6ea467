-- error is: Invalid: echo:string: argument 1 (v): expected string that is valid UTF-8, got bytes that are not
-- error and:   echo-string: func(v: string) -> string
-- details: {argument = 1, path = "", expected = "string that is valid UTF-8", got = "bytes that are not"}
-- line: 5
local value, err = funcs.call("echo:string", "ab\xff")
error(err)
