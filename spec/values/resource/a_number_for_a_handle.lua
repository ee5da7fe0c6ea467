-- error is: Invalid: counters:peek: argument 1 (c): expected borrow<counter>, got number 5
-- error and:   peek: func(c: borrow<counter>) -> u32
-- details: {argument = 1, path = "", expected = "borrow<counter>", got = "number 5"}
-- line: 5
local value, err = funcs.call("counters:peek", 5)
error(err)
