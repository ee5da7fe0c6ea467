-- expect: math.huge, -math.huge, math.huge
local echo = require("echo")
return echo.f32(math.huge), echo.f32(-math.huge), echo.f32(1e39)
