-- expect: math.huge, -math.huge
local echo = require("echo")
return echo.f64(math.huge), echo.f64(-math.huge)
