-- expect: 1, 9, 30, "Asia/Tokyo"
local t = time.date(2023, 12, 31, 15, 30, 0, 0, time.utc):in_location(time.load_location("Asia/Tokyo"))
return t:day(), t:hour() + 9, t:minute(), t:location():string()
