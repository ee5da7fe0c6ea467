-- expect: 2024, 2, 29, 13, 4, 5, 6, 4, 60
local t = time.date(2024, 2, 29, 13, 4, 5, 6, time.utc)
return t:year(), t:month(), t:day(), t:hour(), t:minute(), t:second(), t:nanosecond(), t:weekday(), t:year_day()
