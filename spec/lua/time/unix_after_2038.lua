-- expect: "2100-01-01 00:00:00 +0000 UTC", 4102444800.0
local t = time.unix(4102444800, 0):utc()
return tostring(t), t:unix()
