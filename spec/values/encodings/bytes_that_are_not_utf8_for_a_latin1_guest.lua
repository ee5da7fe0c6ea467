-- error is: Invalid: latin1:string: argument 1 (s): expected string that is valid UTF-8, got bytes that are not
-- error and:   echo-string: func(s: string) -> string
-- details: {argument = 1, path = "", expected = "string that is valid UTF-8", got = "bytes that are not"}
-- line: 5
local value, err = funcs.call("latin1:string", "\xff")
error(err)
