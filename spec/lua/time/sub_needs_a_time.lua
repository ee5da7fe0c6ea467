-- error: Internal: time expected, got number
time.now():sub(1)
