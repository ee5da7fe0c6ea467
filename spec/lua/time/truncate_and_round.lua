-- expect: "13:00:00", "14:00:00", "13:30:00", "13:30:00", "13:30:00.1"
local t = time.date(2024, 2, 29, 13, 30, 0, 100000000, time.utc)
local hour, minute = time.parse_duration("1h"), time.parse_duration("1m")
local half = t:truncate(minute)
return t:truncate(hour):format(time.TIME_ONLY), half:round(hour):format(time.TIME_ONLY),
  t:round(minute):format(time.TIME_ONLY), half:format(time.TIME_ONLY), t:round(time.parse_duration("0")):format("15:04:05.9")
