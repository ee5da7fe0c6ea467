-- expect: "red", "ultra-violet"
local echo = require("echo")
return echo.color("red"), echo.color("ultra-violet")
