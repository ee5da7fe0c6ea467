-- error is: Invalid: echo:settings: argument 1 (v): retry-count: expected u32, got string "3"
-- error and:   echo-settings: func(v: settings) -> settings
-- details: {argument = 1, path = "retry-count", expected = "u32", got = "string \"3\""}
-- line: 5
local value, err = funcs.call("echo:settings", {name = "n", ["retry-count"] = "3"})
error(err)
