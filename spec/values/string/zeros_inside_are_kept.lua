-- expect: "a\0b\0", 4
local echo = require("echo")
local value = echo.string("a\0b\0")
return value, #value
