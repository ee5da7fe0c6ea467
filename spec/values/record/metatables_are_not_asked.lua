-- expect: {x = 1, y = 2}
local echo = require("echo")
return echo.point(setmetatable({x = 1, y = 2}, {__index = function() error("asked") end, __len = function() error("asked") end}))
