-- expect: "2024-03-10 01:30:00 -0500 EST", "2024-11-03 01:30:00 -0400 EDT"
local ny = time.load_location("America/New_York")
return tostring(time.date(2024, 3, 10, 2, 30, 0, 0, ny)), tostring(time.date(2024, 11, 3, 1, 30, 0, 0, ny))
