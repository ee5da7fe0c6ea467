-- expect: "Zoë 🌙 世界 👩‍👩‍👧", utf8.char(0x10ffff)
local echo = require("echo")
return echo.string("Zoë 🌙 世界 👩‍👩‍👧"), echo.string(utf8.char(0x10ffff))
