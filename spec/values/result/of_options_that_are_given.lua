-- expect: {ok = 5}, {err = "e"}
local echo = require("echo")
return echo.result_option({ok = 5}), echo.result_option({err = "e"})
