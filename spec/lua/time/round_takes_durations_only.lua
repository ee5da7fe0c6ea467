-- error: Internal: Duration expected, got number
time.now():round(5)
