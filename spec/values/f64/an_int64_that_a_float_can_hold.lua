-- expect: true
local echo = require("echo")
local int64 = require("int64")
return echo.f64(int64.parse("4611686018427387904")) == 2^62
