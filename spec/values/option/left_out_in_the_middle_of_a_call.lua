-- expect: "a", nil, "n"
local echo = require("echo")
local value = echo.optional_tail("a", nil, "n")
return value[1], value[2], value[3]
