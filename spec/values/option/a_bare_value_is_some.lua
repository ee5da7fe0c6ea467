-- expect: 0, "", {}, {"a"}
local echo = require("echo")
return echo.option(0), echo.option_string(""), echo.option_list({}), echo.option_list({"a"})
