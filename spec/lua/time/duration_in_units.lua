-- expect: 1.5, 90.0, 5400.0, 5400000, 5400000000.0, 5400000000000.0
local d = time.parse_duration("1h30m")
return d:hours(), d:minutes(), d:seconds(), d:milliseconds(), d:microseconds(), d:nanoseconds()
