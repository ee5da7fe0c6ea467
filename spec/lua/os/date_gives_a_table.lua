-- expect: {year = 2000, month = 2, day = 29, hour = 12, min = 0, sec = 0, wday = 3, yday = 60, isdst = false}
return os.date("!*t", 951825600)
