-- error is: Invalid: echo:line: argument 1 (v): to.y: expected s32 (an integer from -2147483648 to 2147483647), got number 2147483648
-- error and:   echo-line: func(v: line) -> line
-- details: {argument = 1, path = "to.y", expected = "s32 (an integer from -2147483648 to 2147483647)", got = "number 2147483648"}
-- line: 5
local value, err = funcs.call("echo:line", {from = {x = 1, y = 2}, to = {x = 3, y = 2^31}, label = "l"})
error(err)
