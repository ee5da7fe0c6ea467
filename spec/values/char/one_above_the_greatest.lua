-- error is: Invalid: echo:char: argument 1 (v): expected char (one Unicode scalar value), got number 1114112
-- error and:   echo-char: func(v: char) -> char
-- details: {argument = 1, path = "", expected = "char (one Unicode scalar value)", got = "number 1114112"}
-- line: 5
local value, err = funcs.call("echo:char", 0x110000)
error(err)
