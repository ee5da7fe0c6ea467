-- expect: {ok = true}, {err = true}
local echo = require("echo")
return echo.result({ok = true}), echo.result({err = true})
