-- error is: Invalid: strings:describe: argument 1 (p): age: expected u8 (an integer from 0 to 255), got number 256
-- error and:   describe: func(p: person) -> string
-- details: {argument = 1, path = "age", expected = "u8 (an integer from 0 to 255)", got = "number 256"}
-- line: 5
local value, err = funcs.call("strings:describe", {name = "A", age = 256, role = "guest", tags = {}})
error(err)
