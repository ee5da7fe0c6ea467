-- expect: 7, 7
local echo = require("echo")
return echo.s32(7.0), echo.s32(7)
