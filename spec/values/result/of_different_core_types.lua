-- expect: {ok = 0.5}, {err = 4294967296.0}
local echo = require("echo")
return echo.result_join({ok = 0.5}), echo.result_join({err = 4294967296})
