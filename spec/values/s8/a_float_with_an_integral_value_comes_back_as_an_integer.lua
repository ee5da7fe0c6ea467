-- expect: 7, 7
local echo = require("echo")
return echo.s8(7.0), echo.s8(7)
