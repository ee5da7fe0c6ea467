-- expect: "ab", "", true
local echo = require("echo")
local value = echo.list_bytes({"ab", "", {255}})
return value[1], value[2], value[3] == "\xff"
