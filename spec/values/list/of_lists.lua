-- expect: {{1, 2}, {}, {3}}
local echo = require("echo")
return echo.matrix({{1, 2}, {}, {3}})
