-- expect: true, true
local echo = require("echo")
local a, b = echo.u64(2^53 - 1), echo.u64(2^53)
return a == 2^53 - 1, b == 2^53
