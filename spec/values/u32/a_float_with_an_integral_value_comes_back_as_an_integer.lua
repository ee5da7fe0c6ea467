-- expect: 7, 7
local echo = require("echo")
return echo.u32(7.0), echo.u32(7)
