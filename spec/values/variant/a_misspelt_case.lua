-- error is: Invalid: echo:shape: argument 1 (v): expected one of shape: empty, byte, single, number, wide, letter, text, at, path, maybe, pair, got "bite"
-- error and:   echo-shape: func(v: shape) -> shape
-- error and:   did you mean byte?
-- details: {argument = 1, path = "", expected = "one of shape: empty, byte, single, number, wide, letter, text, at, path, maybe, pair", got = "\"bite\"", suggestion = "byte"}
-- line: 6
local value, err = funcs.call("echo:shape", {bite = 1})
error(err)
