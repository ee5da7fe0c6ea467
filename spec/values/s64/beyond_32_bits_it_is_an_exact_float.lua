-- expect: 2147483648.0, "float"
local echo = require("echo")
local value = echo.s64(2147483648)
return value, math.type(value)
