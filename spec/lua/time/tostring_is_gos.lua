-- expect: "2024-01-02 03:04:05.5 +0100 CET", "2024-01-02 03:04:05 -0200 -0200"
return tostring(time.date(2024, 1, 2, 3, 4, 5, 500000000, time.fixed_zone("CET", 3600))),
  tostring(time.date(2024, 1, 2, 3, 4, 5, 0, time.fixed_zone("", -7200)))
