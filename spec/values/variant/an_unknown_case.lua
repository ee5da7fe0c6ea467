-- error is: Invalid: echo:shape: argument 1 (v): expected one of shape: empty, byte, single, number, wide, letter, text, at, path, maybe, pair, got "circle"
-- error and:   echo-shape: func(v: shape) -> shape
-- details: {argument = 1, path = "", expected = "one of shape: empty, byte, single, number, wide, letter, text, at, path, maybe, pair", got = "\"circle\""}
-- line: 5
local value, err = funcs.call("echo:shape", {circle = 1})
error(err)
