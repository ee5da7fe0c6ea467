-- error is: Invalid: counters:merge: argument 2 (b): expected counter, got a counter that was dropped or moved before
-- error and:   [static]counter.merge: func(a: counter, b: counter) -> counter
-- details: {argument = 2, path = "", expected = "counter", got = "a counter that was dropped or moved before"}
-- line: 6
local counter = funcs.call("counters:make", 5)
local value, err = funcs.call("counters:merge", counter, counter)
error(err)
