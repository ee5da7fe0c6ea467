-- error is: Invalid: echo:line: argument 1 (v): label: expected string, got nil
-- error and:   echo-line: func(v: line) -> line
-- error and:   there is "lable": did you mean label?
-- details: {argument = 1, path = "label", expected = "string", got = "nil", suggestion = "label"}
-- line: 6
local value, err = funcs.call("echo:line", {from = {x = 1, y = 2}, to = {x = 3, y = 4}, lable = "l"})
error(err)
