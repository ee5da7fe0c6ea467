-- expect: {name = "n", ["retry-count"] = 0, note = "", ratio = 1.0, nested = {x = 0, y = 0}}
local echo = require("echo")
return echo.settings({name = "n", retry_count = 0, note = "", ratio = 1, nested = {x = 0, y = 0}})
