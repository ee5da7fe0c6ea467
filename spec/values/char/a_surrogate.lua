-- error is: Invalid: echo:char: argument 1 (v): expected char (one Unicode scalar value), got number 55296
-- error and:   echo-char: func(v: char) -> char
-- details: {argument = 1, path = "", expected = "char (one Unicode scalar value)", got = "number 55296"}
-- line: 5
local value, err = funcs.call("echo:char", 0xd800)
error(err)
