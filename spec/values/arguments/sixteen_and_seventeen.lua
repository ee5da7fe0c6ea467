-- expect: 16, 16, 17, 17
local echo = require("echo")
local a = echo.params16(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
local b = echo.params17(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)
return #a, a[16], #b, b[17]
