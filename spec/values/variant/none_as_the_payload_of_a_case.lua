-- expect: "maybe", "maybe"
local echo = require("echo")
local value = echo.shape("maybe")
return value, echo.shape(value)
