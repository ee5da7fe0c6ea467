-- expect: {f0 = true}, {f8 = true}, {f15 = true}, {f16 = true}, {f31 = true}
local echo = require("echo")
return echo.flags1({"f0"}), echo.flags9({"f8"}), echo.flags16({"f15"}), echo.flags17({"f16"}), echo.flags32({"f31"})
