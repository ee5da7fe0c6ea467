-- expect: "2024-03-01 00:30:00 +0000 UTC", "30m0s", "-30m0s", "2024-02-29 23:59:59.999999999 +0000 UTC"
local t = time.date(2024, 3, 1, 0, 0, 0, 0, time.utc)
local later = t:add("30m")
return tostring(later), tostring(later:sub(t)), tostring(t:sub(later)), tostring(t:add(-1))
