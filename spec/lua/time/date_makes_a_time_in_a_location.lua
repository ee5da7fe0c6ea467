-- expect: "2024-02-29 13:04:05.000000006 +0000 UTC"
return tostring(time.date(2024, 2, 29, 13, 4, 5, 6, time.utc))
