-- expect: 7
local echo = require("echo")
local int64 = require("int64")
return echo.u16(int64.new(7))
