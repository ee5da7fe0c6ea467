-- error: Internal: bad argument #3 to 'date' (number has no integer representation)
time.date(2024, 1, 1.5, 0, 0, 0, 0)
