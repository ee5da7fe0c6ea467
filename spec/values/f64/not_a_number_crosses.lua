-- expect: true
local echo = require("echo")
local value = echo.f64(0/0)
return value ~= value
