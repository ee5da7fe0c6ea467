-- expect: "a", "é", "世", "😀", "\0"
local echo = require("echo")
return echo.char("a"), echo.char("é"), echo.char("世"), echo.char("😀"), echo.char("\0")
