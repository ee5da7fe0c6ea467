-- expect: 7.0, "float"
local echo = require("echo")
local value = echo.f64(7)
return value, math.type(value)
