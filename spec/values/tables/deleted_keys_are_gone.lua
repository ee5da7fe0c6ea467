-- expect: {"a"}
local echo = require("echo")
local t = {"a", "b", x = 1}
t[2], t.x = nil, nil
return echo.list_string(t)
