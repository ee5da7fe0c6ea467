-- expect: "2024-12-31"
return time.parse("2006-002", "2024-366", time.utc):format(time.DATE_ONLY)
