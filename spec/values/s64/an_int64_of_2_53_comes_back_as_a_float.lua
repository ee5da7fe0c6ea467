-- expect: "float", true
local echo = require("echo")
local int64 = require("int64")
local value = echo.s64(int64.parse("9007199254740992"))
return math.type(value), value == 2^53
