-- error is: Invalid: counters:peek: argument 1 (c): expected borrow<counter>, got a counter that was dropped or moved before
-- error and:   peek: func(c: borrow<counter>) -> u32
-- details: {argument = 1, path = "", expected = "borrow<counter>", got = "a counter that was dropped or moved before"}
-- line: 7
local counter = funcs.call("counters:make", 5)
funcs.call("counters:consume", counter)
local value, err = funcs.call("counters:peek", counter)
error(err)
