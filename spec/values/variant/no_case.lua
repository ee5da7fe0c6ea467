-- error is: Invalid: echo:shape: argument 1 (v): expected one case of shape: empty, byte, single, number, wide, letter, text, at, path, maybe, pair, got an empty table
-- error and:   echo-shape: func(v: shape) -> shape
-- details: {argument = 1, path = "", expected = "one case of shape: empty, byte, single, number, wide, letter, text, at, path, maybe, pair", got = "an empty table"}
-- line: 5
local value, err = funcs.call("echo:shape", {})
error(err)
