-- expect: "2024-01-02T03:04:05+01:00", "2024-01-02T03:04:05Z"
return time.date(2024, 1, 2, 3, 4, 5, 999, time.fixed_zone("CET", 3600)):format_rfc3339(),
  time.date(2024, 1, 2, 3, 4, 5, 0, time.utc):format_rfc3339()
