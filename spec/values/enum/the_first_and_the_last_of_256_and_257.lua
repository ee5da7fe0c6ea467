-- expect: "c0", "c255", "c0", "c256"
local echo = require("echo")
return echo.letters256("c0"), echo.letters256("c255"), echo.letters257("c0"), echo.letters257("c256")
