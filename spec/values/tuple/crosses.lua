-- expect: {1, "a", 2.0}, {255}
local echo = require("echo")
return echo.tuple({1, "a", 2}), echo.tuple1({255})
