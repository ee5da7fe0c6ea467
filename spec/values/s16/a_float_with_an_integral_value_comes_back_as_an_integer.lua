-- expect: 7, 7
local echo = require("echo")
return echo.s16(7.0), echo.s16(7)
