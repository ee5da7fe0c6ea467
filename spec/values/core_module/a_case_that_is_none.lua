-- error is: Invalid: strings:describe: argument 1 (p): role: expected one of role: guest, member, admin, got "amdin"
-- error and:   describe: func(p: person) -> string
-- error and:   did you mean admin?
-- details: {argument = 1, path = "role", expected = "one of role: guest, member, admin", got = "\"amdin\"", suggestion = "admin"}
-- line: 6
local value, err = funcs.call("strings:describe", {name = "A", age = 25, role = "amdin", tags = {}})
error(err)
