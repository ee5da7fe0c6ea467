-- error is: Invalid: echo:string: argument 1 (v): [1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]…[1][1][1][1]: expected at most 128 levels of tables, got a deeper table
-- error and:   echo-string: func(v: string) -> string
-- details: {argument = 1, path = "[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]…[1][1][1][1]", expected = "at most 128 levels of tables", got = "a deeper table"}
-- line: 7
local t = {}
for _ = 2, 10000 do t = {t} end
local value, err = funcs.call("echo:string", t)
error(err)
