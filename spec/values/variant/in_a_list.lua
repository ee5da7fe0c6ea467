-- expect: {{empty = true}, {byte = 1}}
local echo = require("echo")
return echo.list_shape({"empty", {byte = 1}})
