-- error: Invalid: time: the result is outside the years -271820 to 275759
time.date(300000, 1, 1, 0, 0, 0, 0)
