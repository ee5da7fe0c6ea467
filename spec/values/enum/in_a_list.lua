-- expect: {"red", "green", "blue"}
local echo = require("echo")
return echo.list_color({"red", "green", "blue"})
