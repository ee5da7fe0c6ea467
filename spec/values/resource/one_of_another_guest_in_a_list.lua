-- error is: Invalid: counters:sum: argument 1 (counters): [2]: expected borrow<counter>, got number 5
-- error and:   sum: func(counters: list<borrow<counter>>) -> u32
-- details: {argument = 1, path = "[2]", expected = "borrow<counter>", got = "number 5"}
-- line: 6
local counter = funcs.call("counters:make", 5)
local value, err = funcs.call("counters:sum", {counter, 5})
error(err)
