-- expect: "12:00:05.25"
return time.parse("15:04:05", "12:00:05.25", time.utc):format("15:04:05.99")
