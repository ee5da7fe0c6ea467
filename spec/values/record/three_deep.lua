-- expect: {name = "t", branches = {{name = "b", leaves = {{name = "l", weights = {0.5}, tag = "red"}, {name = "m", weights = {}}}}}}
local echo = require("echo")
return echo.tree({name = "t", branches = {{name = "b", leaves = {{name = "l", weights = {0.5}, tag = "red"}, {name = "m", weights = {}}}}}})
