-- expect: true, ""
local echo = require("echo")
return echo.bytes("\0\1\xfe\xff") == "\0\1\xfe\xff", echo.bytes("")
