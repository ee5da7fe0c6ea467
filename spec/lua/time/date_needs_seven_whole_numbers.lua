-- error: Internal: bad argument #7 to 'date' (number expected, got no value)
time.date(2024, 1, 1, 0, 0, 0)
