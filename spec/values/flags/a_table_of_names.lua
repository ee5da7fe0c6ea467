-- expect: {f1 = true}
local echo = require("echo")
return echo.flags8({f0 = false, f1 = true})
