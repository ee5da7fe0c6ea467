-- expect: {name = "n", ["retry-count"] = 3}, {name = "n", ["retry-count"] = 3}
local echo = require("echo")
return echo.settings({name = "n", ["retry-count"] = 3}), echo.settings({name = "n", retry_count = 3})
