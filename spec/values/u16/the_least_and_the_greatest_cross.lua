-- expect: 0, 65535
local echo = require("echo")
return echo.u16(0), echo.u16(65535)
