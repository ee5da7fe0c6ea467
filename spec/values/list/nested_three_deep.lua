-- expect: {{{"a", "b"}, {}}, {}, {{"c"}}}
local echo = require("echo")
return echo.cube({{{"a", "b"}, {}}, {}, {{"c"}}})
