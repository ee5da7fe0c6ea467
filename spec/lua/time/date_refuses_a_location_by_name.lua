-- error: Internal: bad argument #8 to 'date' (location expected, got string)
time.date(2024, 1, 1, 0, 0, 0, 0, "UTC")
