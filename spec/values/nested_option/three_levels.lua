-- expect: nil, {}, {some = {}}, {some = {some = "x"}}
local echo = require("echo")
return echo.option3(nil), echo.option3({}), echo.option3({some = {}}), echo.option3({some = {some = "x"}})
