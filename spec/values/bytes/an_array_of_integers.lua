-- expect: true, ""
local echo = require("echo")
return echo.bytes({0, 255, 7.0}) == "\0\xff\7", echo.bytes({})
