-- expect: {}, {}
local echo = require("echo")
return echo.flags8({}), echo.flags1({})
