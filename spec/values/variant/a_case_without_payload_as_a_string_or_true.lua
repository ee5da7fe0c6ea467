-- expect: {empty = true}, {empty = true}
local echo = require("echo")
return echo.shape("empty"), echo.shape({empty = true})
