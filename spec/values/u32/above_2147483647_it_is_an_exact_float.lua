-- expect: 2147483647, "integer", 2147483648.0, "float"
local echo = require("echo")
local least, first = echo.u32(2147483647), echo.u32(2147483648)
return least, math.type(least), first, math.type(first)
