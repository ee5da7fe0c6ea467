-- expect: -2147483647 - 1, 2147483647
local echo = require("echo")
return echo.s32(-2147483647 - 1), echo.s32(2147483647)
