-- error is: Invalid: counters:peek: argument 1 (c): expected borrow<counter>, got nil
-- error and:   peek: func(c: borrow<counter>) -> u32
-- details: {argument = 1, path = "", expected = "borrow<counter>", got = "nil"}
-- line: 5
local value, err = funcs.call("counters:peek", nil)
error(err)
