-- expect: {{ok = 1}, {err = "e"}}
local echo = require("echo")
return echo.list_result({{ok = 1}, {err = "e"}})
