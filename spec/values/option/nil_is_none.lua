-- expect: nil, nil, nil
local echo = require("echo")
return echo.option(nil), echo.option_string(nil), echo.option_list(nil)
