-- error is: Invalid: echo:letters257: argument 1 (v): expected one of letters257: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, c24, c25, c26, c27, c28, c29, … (257), got "c257"
-- error and:   echo-letters257: func(v: letters257) -> letters257
-- error and:   did you mean c25?
-- details: {argument = 1, path = "", expected = "one of letters257: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, c24, c25, c26, c27, c28, c29, … (257)", got = "\"c257\"", suggestion = "c25"}
-- line: 6
local value, err = funcs.call("echo:letters257", "c257")
error(err)
