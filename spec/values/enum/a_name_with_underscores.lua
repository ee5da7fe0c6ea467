-- expect: "ultra-violet"
local echo = require("echo")
return echo.color("ultra_violet")
