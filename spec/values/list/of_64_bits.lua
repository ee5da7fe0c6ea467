-- expect: {1, 4294967296.0}, "9223372036854775807", {-1}
local echo = require("echo")
local int64 = require("int64")
return echo.list_u64({1, 4294967296}), tostring(echo.list_s64({int64.parse("9223372036854775807")})[1]), echo.list_s64({-1})
