-- expect: {true, false}, {-128, 127}, {0, 65535}, {-32768}, {4294967295.0}, {-2147483647 - 1}, {0.5}, {1.5, 7.0}, {"a", "😀"}, {"x", ""}
local echo = require("echo")
return echo.list_bool({true, false}), echo.list_s8({-128, 127}), echo.list_u16({0, 65535}), echo.list_s16({-32768}),
  echo.list_u32({4294967295}), echo.list_s32({-2147483648}), echo.list_f32({0.5}), echo.list_f64({1.5, 7}),
  echo.list_char({"a", 0x1f600}), echo.list_string({"x", ""})
