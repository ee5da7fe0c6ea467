-- expect: {ok = true}, {err = "why"}
local echo = require("echo")
return echo.result_err({ok = true}), echo.result_err({err = "why"})
