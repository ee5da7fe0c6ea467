-- expect: 10000, 1, 10000
local echo = require("echo")
local numbers = {}
for index = 1, 10000 do numbers[index] = index end
local value = echo.list_u32(numbers)
return #value, value[1], value[10000]
