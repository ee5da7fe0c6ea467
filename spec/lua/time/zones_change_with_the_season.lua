-- expect: "2024-01-15 12:00:00 +0100 CET", "2024-07-15 12:00:00 +0200 CEST", "2024-01-15 12:00:00 -0800 PST", "2024-07-15 12:00:00 +0530 IST", "2024-01-15 12:00:00 +1100 AEDT"
local function noon(month, zone) return tostring(time.date(2024, month, 15, 12, 0, 0, 0, time.load_location(zone))) end
return noon(1, "Europe/Paris"), noon(7, "Europe/Paris"), noon(1, "America/Los_Angeles"), noon(7, "Asia/Kolkata"), noon(1, "Australia/Sydney")
