-- expect: nil, {}, {some = 5}
local echo = require("echo")
return echo.option_option(nil), echo.option_option({}), echo.option_option({some = 5})
