-- expect: "2001-09-09 01:46:40.5 +0000 UTC", 1000000000, "1969-12-31 23:59:59.9 +0000 UTC"
local t = time.unix(1000000000, 500000000):utc()
return tostring(t), t:unix(), tostring(time.unix(0, -100000000):utc())
