-- expect: 0, 255
local echo = require("echo")
return echo.u8(0), echo.u8(255)
