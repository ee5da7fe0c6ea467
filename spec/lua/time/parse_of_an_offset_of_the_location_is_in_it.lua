-- expect: "Europe/Paris", "2024-07-04 12:00:00 +0300 +0300"
local paris = time.load_location("Europe/Paris")
return time.parse(time.RFC3339, "2024-07-04T12:00:00+02:00", paris):location():string(),
  tostring(time.parse(time.RFC3339, "2024-07-04T12:00:00+03:00", paris))
