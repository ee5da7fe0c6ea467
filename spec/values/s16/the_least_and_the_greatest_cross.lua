-- expect: -32768, 32767
local echo = require("echo")
return echo.s16(-32768), echo.s16(32767)
