-- expect: -1, -2147483649.0, true
local echo = require("echo")
return echo.s64(-1), echo.s64(-2147483649), echo.s64(-2^53) == -2^53
