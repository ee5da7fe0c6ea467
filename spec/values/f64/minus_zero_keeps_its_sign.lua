-- expect: -math.huge, math.huge
local echo = require("echo")
return 1 / echo.f64(-0.0), 1 / echo.f64(0.0)
