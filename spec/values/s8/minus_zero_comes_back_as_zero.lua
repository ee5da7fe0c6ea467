-- expect: 0, "integer"
local echo = require("echo")
local value = echo.s8(-0.0)
return value, math.type(value)
