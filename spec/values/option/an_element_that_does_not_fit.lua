-- error is: Invalid: echo:option_list: argument 1 (v): [2]: expected string, got number 1
-- error and:   echo-option-list: func(v: option<list<string>>) -> option<list<string>>
-- details: {argument = 1, path = "[2]", expected = "string", got = "number 1"}
-- line: 5
local value, err = funcs.call("echo:option_list", {"a", 1})
error(err)
