-- error is: Invalid: echo:string: argument 1: expected a plain value (nil, boolean, number, string or table), an int64, an error or a resource, got userdata
-- details: {argument = 1, path = "", expected = "a plain value (nil, boolean, number, string or table), an int64, an error or a resource", got = "userdata"}
-- line: 4
local value, err = funcs.call("echo:string", funcs.new())
error(err)
