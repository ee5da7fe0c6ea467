-- expect: "hello", ""
local echo = require("echo")
return echo.string("hello"), echo.string("")
