-- expect: "2024-07-04 12:00:00 +0200 CEST", "Local"
local paris = time.load_location("Europe/Paris")
return tostring(time.parse(time.DATE_TIME, "2024-07-04 12:00:00", paris)), time.parse(time.DATE_ONLY, "2024-07-04"):location():string()
