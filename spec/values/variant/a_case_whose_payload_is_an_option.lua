-- expect: {maybe = "x"}
local echo = require("echo")
return echo.shape({maybe = "x"})
