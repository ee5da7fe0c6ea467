-- error: Internal: Duration expected, got string
time.now():truncate("1h")
