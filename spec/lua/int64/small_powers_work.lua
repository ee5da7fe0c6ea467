-- expect: "1000000000000000000", "1", "-1"
return tostring(int64.new(10) ^ 18), tostring(int64.new(5) ^ 0), tostring(int64.new(-1) ^ 100001)
