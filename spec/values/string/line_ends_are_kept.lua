-- expect: "a\r\nb\n"
local echo = require("echo")
return echo.string("a\r\nb\n")
