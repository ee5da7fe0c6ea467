-- error is: Invalid: echo:shape: argument 1 (v): expected one of shape: empty, byte, single, number, wide, letter, text, at, path, maybe, pair, got "emty"
-- error and:   echo-shape: func(v: shape) -> shape
-- error and:   did you mean empty?
-- details: {argument = 1, path = "", expected = "one of shape: empty, byte, single, number, wide, letter, text, at, path, maybe, pair", got = "\"emty\"", suggestion = "empty"}
-- line: 6
local value, err = funcs.call("echo:shape", "emty")
error(err)
