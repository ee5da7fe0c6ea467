-- expect: 0, "integer"
local echo = require("echo")
local value = echo.u32(-0.0)
return value, math.type(value)
