-- expect: {{f8 = true}, {}}
local echo = require("echo")
return echo.list_flags9({{"f8"}, {}})
