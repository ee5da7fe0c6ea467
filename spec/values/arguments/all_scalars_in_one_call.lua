-- expect: {true, 1, -1, 2, -2, 3, -3, 4, -4, 0.5, 1.5, "x"}
local echo = require("echo")
return echo.scalars(true, 1, -1, 2, -2, 3, -3, 4, -4, 0.5, 1.5, "x")
