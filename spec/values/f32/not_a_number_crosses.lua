-- expect: true
local echo = require("echo")
local value = echo.f32(0/0)
return value ~= value
