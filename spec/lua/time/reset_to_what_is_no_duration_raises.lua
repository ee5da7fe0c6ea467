-- error: Internal: duration (nanoseconds, a text such as "1h30m", or a Duration) expected, got string
time.timer("1h"):reset("soon")
