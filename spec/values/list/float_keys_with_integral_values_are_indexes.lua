-- expect: {"a", "b"}
local echo = require("echo")
return echo.list_string({[1.0] = "a", [2.0] = "b"})
