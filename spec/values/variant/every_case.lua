-- expect: {single = 0.5}, {number = 2.0}, {wide = 4294967296.0}, {letter = "😀"}, {path = {{x = 1, y = 2}}}, {pair = {0.5, 7}}
local echo = require("echo")
return echo.shape({single = 0.5}), echo.shape({number = 2}), echo.shape({wide = 4294967296}), echo.shape({letter = "😀"}),
  echo.shape({path = {{x = 1, y = 2}}}), echo.shape({pair = {0.5, 7}})
