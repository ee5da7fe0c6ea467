-- error is: Invalid: echo:string: argument 1 (v): expected a plain value (nil, boolean, number, string or table), an int64, an error or a resource, got userdata
-- error and:   echo-string: func(v: string) -> string
-- details: {argument = 1, path = "", expected = "a plain value (nil, boolean, number, string or table), an int64, an error or a resource", got = "userdata"}
-- line: 5
local value, err = funcs.call("echo:string", funcs.new())
error(err)
