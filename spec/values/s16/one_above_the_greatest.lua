-- error is: Invalid: echo:s16: argument 1 (v): expected s16 (an integer from -32768 to 32767), got number 32768
-- error and:   echo-s16: func(v: s16) -> s16
-- details: {argument = 1, path = "", expected = "s16 (an integer from -32768 to 32767)", got = "number 32768"}
-- line: 5
local value, err = funcs.call("echo:s16", 32768)
error(err)
