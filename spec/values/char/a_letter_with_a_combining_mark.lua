-- error is: Invalid: echo:char: argument 1 (v): expected char (one Unicode scalar value), got string "é"
-- error and:   echo-char: func(v: char) -> char
-- details: {argument = 1, path = "", expected = "char (one Unicode scalar value)", got = "string \"é\""}
-- line: 5
local value, err = funcs.call("echo:char", "e\u{301}")
error(err)
