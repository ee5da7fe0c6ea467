-- expect: -128, 127
local echo = require("echo")
return echo.s8(-128), echo.s8(127)
