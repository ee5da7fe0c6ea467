-- expect: true, true
local echo = require("echo")
return echo.f64(2^53 + 2) == 2^53 + 2, echo.f64(2^63) == 2^63
