-- expect: {name = "n"}
local echo = require("echo")
return echo.settings({name = "n"})
