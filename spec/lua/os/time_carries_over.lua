-- expect: 1, 2, 2024
local d = os.date("*t", os.time{year = 2023, month = 13, day = 32})
return d.day, d.month, d.year
