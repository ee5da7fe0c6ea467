-- expect: "9223372036854775806", "9223372036854775808", "-9223372036854775807", "18446744073709551614", "3074457345618258602", "1", "-9223372036854775807"
local a = int64.parse("9223372036854775807")
return tostring(a - 1), tostring(a + 1), tostring(-a), tostring(a * 2), tostring(a // 3), tostring(a % 3), tostring(0 - a)
