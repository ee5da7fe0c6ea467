-- error is: Invalid: counter.increment: expected 0 arguments, got 1
-- error and:   increment: func() -> u32
-- details: {["function"] = "counter.increment", path = "", expected = "0 arguments", got = "1"}
-- line: 6
local counter = funcs.call("counters:make", 1)
local value, err = counter:increment(5)
error(err)
