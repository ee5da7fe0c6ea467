-- expect: "9223372036854775807"
local echo = require("echo")
local int64 = require("int64")
return tostring(echo.u64(int64.parse("9223372036854775807")))
