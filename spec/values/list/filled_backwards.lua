-- expect: {1, 2, 3}
local echo = require("echo")
local backwards = {}
for index = 3, 1, -1 do backwards[index] = index end
return echo.list_u32(backwards)
