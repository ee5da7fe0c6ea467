-- expect: {f0 = true, f7 = true}
local echo = require("echo")
return echo.flags8({"f0", "f7"})
