-- expect: "EAST", "2024-01-01 00:00:00 +0130 EAST"
local zone = time.fixed_zone("EAST", 5400)
return zone:string(), tostring(time.date(2024, 1, 1, 0, 0, 0, 0, zone))
