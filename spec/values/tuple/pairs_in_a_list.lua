-- expect: {{"a", 1}, {"b", 2}}
local echo = require("echo")
return echo.pairs({{"a", 1}, {"b", 2}})
