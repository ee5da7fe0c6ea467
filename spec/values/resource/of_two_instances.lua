-- error is: Invalid: counters:merge: argument 2 (b): expected counter, got a counter of another instance: take both from one call, or from functions of one instance that is still held
-- error and:   [static]counter.merge: func(a: counter, b: counter) -> counter
-- details: {argument = 2, path = "", expected = "counter", got = "a counter of another instance: take both from one call, or from functions of one instance that is still held"}
-- line: 6
local a, b = funcs.call("counters:make", 1), funcs.call("counters:make", 2)
local value, err = funcs.call("counters:merge", a, b)
error(err)
