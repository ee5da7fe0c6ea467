-- expect: {from = {x = 1, y = 2}, to = {x = 3, y = 4}, label = "l"}
local echo = require("echo")
return echo.line({from = {x = 1, y = 2}, to = {x = 3, y = 4}, label = "l"})
