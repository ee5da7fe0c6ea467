-- expect: 1048576, true
local echo = require("echo")
local long = ("ab12"):rep(262144)
local value = echo.string(long)
return #value, value == long
