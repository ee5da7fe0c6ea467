-- expect: "0099-01-02", "0000-12-31", "-0001-12-31"
local function day(y, m, d) return time.date(y, m, d, 0, 0, 0, 0, time.utc):format(time.DATE_ONLY) end
return day(99, 1, 2), day(1, 1, 0), day(0, 1, 0)
