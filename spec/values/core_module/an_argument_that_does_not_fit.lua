-- error is: Invalid: numbers:add_i32: argument 1 (p1): expected s32 (an integer from -2147483648 to 2147483647), got number 2147483648
-- error and:   add-i32: func(p1: s32, p2: s32) -> s32
-- details: {argument = 1, path = "", expected = "s32 (an integer from -2147483648 to 2147483647)", got = "number 2147483648"}
-- line: 5
local value, err = funcs.call("numbers:add_i32", 2147483648, 0)
error(err)
