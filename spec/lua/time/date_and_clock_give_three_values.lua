-- expect: 2024, 2, 29, 13, 4, 5
local t = time.date(2024, 2, 29, 13, 4, 5, 6, time.utc)
local y, m, d = t:date()
local h, mi, s = t:clock()
return y, m, d, h, mi, s
