-- expect: utf8.char(0xd7ff), utf8.char(0xe000)
local echo = require("echo")
return echo.char(0xd7ff), echo.char(0xe000)
