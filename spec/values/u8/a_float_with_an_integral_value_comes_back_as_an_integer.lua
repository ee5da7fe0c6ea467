-- expect: 7, 7
local echo = require("echo")
return echo.u8(7.0), echo.u8(7)
