-- expect: 7, 7
local echo = require("echo")
return echo.u16(7.0), echo.u16(7)
