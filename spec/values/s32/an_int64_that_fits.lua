-- expect: 7
local echo = require("echo")
local int64 = require("int64")
return echo.s32(int64.new(7))
