-- expect: {{1, -5}, {true, {"😀"}}}
local echo = require("echo")
return echo.nested_tuple({{1, -5}, {true, {"😀"}}})
