-- expect: 3, "a", nil, "c"
local echo = require("echo")
local value = echo.list_option({"a", nil, "c"})
return #value, value[1], value[2], value[3]
