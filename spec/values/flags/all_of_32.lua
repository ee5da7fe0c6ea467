-- expect: 32, true
local echo = require("echo")
local names = {}
for index = 0, 31 do names[index + 1] = "f" .. index end
local all, count = echo.flags32(names), 0
for _ in pairs(all) do count = count + 1 end
return count, all.f31
