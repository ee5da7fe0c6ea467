-- expect: "05.070 05,070 05.07 05", "05 05.000"
local t = time.date(2024, 1, 1, 0, 0, 5, 70000000, time.utc)
local whole = time.date(2024, 1, 1, 0, 0, 5, 0, time.utc)
return t:format("05.000 05,000 05.999 05"), whole:format("05.999 05.000")
