-- error is: Invalid: echo:tree: argument 1 (v): branches[1].leaves[1]: expected a value without cycles, got a table that contains itself
-- error and:   echo-tree: func(v: tree) -> tree
-- details: {argument = 1, path = "branches[1].leaves[1]", expected = "a value without cycles", got = "a table that contains itself"}
-- line: 7
local t = {name = "t"}
t.branches = {{name = "b", leaves = {t}}}
local value, err = funcs.call("echo:tree", t)
error(err)
