-- error is: Invalid: counter.increment: argument 1: expected a plain value (nil, boolean, number, string or table), got function
-- error and:   increment: func() -> u32
-- details: {argument = 1, path = "", expected = "a plain value (nil, boolean, number, string or table)", got = "function"}
-- line: 6
local counter = funcs.call("counters:make", 1)
local value, err = counter:increment(print)
error(err)
