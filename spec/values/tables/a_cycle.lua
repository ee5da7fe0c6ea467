-- error is: Invalid: echo:cube: argument 1 (v): [1]: expected a value without cycles, got a table that contains itself
-- error and:   echo-cube: func(v: list<list<list<string>>>) -> list<list<list<string>>>
-- details: {argument = 1, path = "[1]", expected = "a value without cycles", got = "a table that contains itself"}
-- line: 7
local t = {}
t[1] = t
local value, err = funcs.call("echo:cube", t)
error(err)
