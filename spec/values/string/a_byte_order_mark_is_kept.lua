-- expect: "\u{feff}x"
local echo = require("echo")
return echo.string("\u{feff}x")
