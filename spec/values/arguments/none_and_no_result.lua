-- expect: nil
local echo = require("echo")
return echo.nothing()
