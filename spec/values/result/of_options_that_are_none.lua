-- expect: {}, {err = true}
local echo = require("echo")
return echo.result_option({}), echo.result_option({err = true})
