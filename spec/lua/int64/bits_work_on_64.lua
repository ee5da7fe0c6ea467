-- expect: "4294967296", "255", "18446744073709551615", "1"
return tostring(int64.new(1) << 32), tostring(int64.new(0xff0) >> 4), tostring(int64.parse("18446744073709551615") | 0), tostring(int64.new(3) & 1)
