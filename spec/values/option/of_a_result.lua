-- expect: nil, {ok = 1}, {err = "e"}
local echo = require("echo")
return echo.option_result(nil), echo.option_result({ok = 1}), echo.option_result({err = "e"})
