-- expect: {a = 1, b = 2, c = 3, d = 4, e = -1, f = -2, g = -3, h = -4, i = 0.5, j = 1.5, k = true, l = "x", m = "s", n = {1, 2}, o = 9, p = 10}
local echo = require("echo")
return echo.big({a = 1, b = 2, c = 3, d = 4, e = -1, f = -2, g = -3, h = -4, i = 0.5, j = 1.5, k = true, l = "x", m = "s", n = {1, 2}, o = 9, p = 10})
