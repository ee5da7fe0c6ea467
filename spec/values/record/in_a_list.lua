-- error is: Invalid: echo:list_settings: argument 1 (v): [2].nested.y: expected s32, got nil
-- error and:   echo-list-settings: func(v: list<settings>) -> list<settings>
-- details: {argument = 1, path = "[2].nested.y", expected = "s32", got = "nil"}
-- line: 5
local value, err = funcs.call("echo:list_settings", {{name = "a"}, {name = "b", nested = {x = 1}}})
error(err)
