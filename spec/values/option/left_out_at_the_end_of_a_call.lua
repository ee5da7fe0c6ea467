-- expect: {"a"}, {"a", 5}
local echo = require("echo")
return echo.optional_tail("a"), echo.optional_tail("a", 5)
