-- expect: true, false
local echo = require("echo")
return echo.bool(true), echo.bool(false)
