-- expect: "9223372036854775807", "2562047h47m16.854775807s"
local d = time.parse_duration(int64.max)
return tostring(d:nanoseconds()), tostring(d)
