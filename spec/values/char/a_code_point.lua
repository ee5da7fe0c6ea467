-- expect: "a", "😀", "\0", utf8.char(0x10ffff)
local echo = require("echo")
return echo.char(97), echo.char(0x1f600), echo.char(0), echo.char(0x10ffff)
