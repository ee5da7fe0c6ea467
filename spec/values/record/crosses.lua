-- expect: {x = -1, y = 2}
local echo = require("echo")
return echo.point({x = -1, y = 2})
