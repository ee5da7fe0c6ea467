-- expect: "2024-11-01", "2023-12-31", "2024-03-01 00:00:01.5", "2025-01-02"
local function date(y, mo, d, h, mi, s, ns) return time.date(y, mo, d, h, mi, s, ns, time.utc) end
return date(2024, 10, 32, 0, 0, 0, 0):format(time.DATE_ONLY), date(2024, 1, 0, 0, 0, 0, 0):format(time.DATE_ONLY),
  date(2024, 2, 29, 23, 59, 59, 2500000000):format("2006-01-02 15:04:05.9"), date(2024, 13, 1, 24, 0, 0, 0):format(time.DATE_ONLY)
