-- error is: Invalid: echo:tree: argument 1 (v): branches[1].leaves[1].weights[2]: expected f32, got string "x"
-- error and:   echo-tree: func(v: tree) -> tree
-- details: {argument = 1, path = "branches[1].leaves[1].weights[2]", expected = "f32", got = "string \"x\""}
-- line: 5
local value, err = funcs.call("echo:tree", {name = "t", branches = {{name = "b", leaves = {{name = "l", weights = {1, "x"}}}}}})
error(err)
