-- expect: true, {err = "why"}
local echo = require("echo")
return echo.result_both({ok = "\xff"}).ok == "\xff", echo.result_both({err = "why"})
