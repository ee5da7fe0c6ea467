-- expect: "9007199254740993", true
local echo = require("echo")
local int64 = require("int64")
local value = echo.u64(int64.parse("9007199254740993"))
return tostring(value), int64.is(value)
