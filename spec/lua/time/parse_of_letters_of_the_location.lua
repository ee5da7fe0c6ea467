-- expect: "2024-07-04 09:05:00 -0400 EDT", "2024-07-04 00:00:00 +0000 EDT", "2024-07-04 00:00:00 +0300 GMT+3"
local ny = time.load_location("America/New_York")
return tostring(time.parse("2006-01-02 3:04pm MST", "2024-07-04 9:05am EDT", ny)),
  tostring(time.parse("2006-01-02 MST", "2024-07-04 EDT", time.utc)), tostring(time.parse("2006-01-02 MST", "2024-07-04 GMT+3", time.utc))
