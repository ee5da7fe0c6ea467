-- expect: 7
local echo = require("echo")
local int64 = require("int64")
return echo.u8(int64.new(7))
