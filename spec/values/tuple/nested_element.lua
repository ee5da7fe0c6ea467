-- error is: Invalid: echo:nested_tuple: argument 1 (v): [2][2][1]: expected char (one Unicode scalar value), got string "ab"
-- error and:   echo-nested-tuple: func(v: tuple<tuple<u8, s64>, tuple<bool, tuple<char>>>) -> tuple<tuple<u8, s64>, tuple<bool, tuple<char>>>
-- details: {argument = 1, path = "[2][2][1]", expected = "char (one Unicode scalar value)", got = "string \"ab\""}
-- line: 5
local value, err = funcs.call("echo:nested_tuple", {{1, 2}, {true, {"ab"}}})
error(err)
