-- expect: 12, 30, 2024
local t = os.time{year = 2024, month = 5, day = 6, hour = 12, min = 30}
local d = os.date("*t", t)
return d.hour, d.min, d.year
