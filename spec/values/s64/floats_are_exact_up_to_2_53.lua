-- expect: true, true
local echo = require("echo")
local a, b = echo.s64(2^53 - 1), echo.s64(2^53)
return a == 2^53 - 1, b == 2^53
