-- expect: 0.10000000149011612
local echo = require("echo")
return echo.f32(0.1)
