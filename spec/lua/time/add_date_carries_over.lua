-- expect: "2024-03-02", "2025-03-01", "2023-12-31"
local t = time.date(2024, 1, 31, 0, 0, 0, 0, time.utc)
local leap = time.date(2024, 2, 29, 0, 0, 0, 0, time.utc)
return t:add_date(0, 1, 0):format(time.DATE_ONLY), leap:add_date(1, 0, 0):format(time.DATE_ONLY),
  t:add_date(0, 0, -31):format(time.DATE_ONLY)
