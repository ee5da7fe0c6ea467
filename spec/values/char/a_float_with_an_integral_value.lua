-- expect: "a"
local echo = require("echo")
return echo.char(97.0)
