-- expect: "2024-03-31 12:00:00 +0200 CEST"
local paris = time.load_location("Europe/Paris")
return tostring(time.date(2024, 3, 30, 12, 0, 0, 0, paris):add_date(0, 0, 1))
