-- expect: {from = {x = 1, y = 2}, to = {x = 1, y = 2}, label = ""}
local echo = require("echo")
local p = {x = 1, y = 2}
return echo.line({from = p, to = p, label = ""})
