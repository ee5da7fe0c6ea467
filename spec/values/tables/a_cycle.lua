-- error is: Invalid: echo:cube: argument 1: [1]: expected a value without cycles, got a table that contains itself
-- details: {argument = 1, path = "[1]", expected = "a value without cycles", got = "a table that contains itself"}
-- line: 6
local t = {}
t[1] = t
local value, err = funcs.call("echo:cube", t)
error(err)
