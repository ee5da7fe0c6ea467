-- expect: 7
local echo = require("echo")
return echo.settings({name = "n", ["retry-count"] = 7, retry_count = 8})["retry-count"]
