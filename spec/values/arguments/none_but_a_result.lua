-- expect: "Grüße, 世界 😀"
local echo = require("echo")
return echo.greeting()
