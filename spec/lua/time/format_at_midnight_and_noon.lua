-- expect: "12:00AM 12 00", "12:00PM 12 12"
local function at(hour) return time.date(2024, 1, 1, hour, 0, 0, 0, time.utc):format("3:04PM 03 15") end
return at(0), at(12)
