-- expect: 0, 4294967295.0
local echo = require("echo")
return echo.u32(0), echo.u32(4294967295)
