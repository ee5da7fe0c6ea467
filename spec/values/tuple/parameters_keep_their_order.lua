-- expect: {"x", 1}
local echo = require("echo")
return echo.swap(1, "x")
