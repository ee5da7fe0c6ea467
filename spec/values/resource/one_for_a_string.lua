-- error is: Invalid: echo:string: argument 1 (v): expected string, got resource counter
-- error and:   echo-string: func(v: string) -> string
-- details: {argument = 1, path = "", expected = "string", got = "resource counter"}
-- line: 6
local counter = funcs.call("counters:make", 5)
local value, err = funcs.call("echo:string", counter)
error(err)
