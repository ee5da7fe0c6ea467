-- expect: 2147483647, "integer", 0, "integer"
local echo = require("echo")
local a, b = echo.u64(2147483647), echo.u64(0)
return a, math.type(a), b, math.type(b)
