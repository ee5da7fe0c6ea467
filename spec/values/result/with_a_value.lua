-- expect: {ok = 5}, {err = true}
local echo = require("echo")
return echo.result_ok({ok = 5}), echo.result_ok({err = true})
