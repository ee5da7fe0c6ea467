-- expect: 1, -1, 1999, 0.0019996
local d, negative = time.parse_duration("1.9996ms"), time.parse_duration("-1.9996ms")
return d:milliseconds(), negative:milliseconds(), d:microseconds(), d:seconds()
