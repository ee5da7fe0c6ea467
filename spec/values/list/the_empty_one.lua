-- expect: {}, {}, {}
local echo = require("echo")
return echo.list_string({}), echo.list_u32({}), echo.lines({})
