-- expect: {f3 = true}
local echo = require("echo")
return echo.flags8({"f3", "f3"})
