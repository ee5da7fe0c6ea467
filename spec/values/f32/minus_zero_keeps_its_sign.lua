-- expect: -math.huge
local echo = require("echo")
return 1 / echo.f32(-0.0)
