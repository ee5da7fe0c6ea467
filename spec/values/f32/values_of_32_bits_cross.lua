-- expect: 0.5, -1.25, 16777216.0
local echo = require("echo")
return echo.f32(0.5), echo.f32(-1.25), echo.f32(16777216)
