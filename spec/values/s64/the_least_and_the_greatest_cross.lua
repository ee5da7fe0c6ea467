-- expect: "-9223372036854775808", "9223372036854775807"
local echo = require("echo")
local int64 = require("int64")
local least = echo.s64(int64.parse("-9223372036854775808"))
local greatest = echo.s64(int64.parse("9223372036854775807"))
return tostring(least), tostring(greatest)
