-- expect: {byte = 255}, {text = "t"}, {at = {x = 1, y = 2}}
local echo = require("echo")
return echo.shape({byte = 255}), echo.shape({text = "t"}), echo.shape({at = {x = 1, y = 2}})
