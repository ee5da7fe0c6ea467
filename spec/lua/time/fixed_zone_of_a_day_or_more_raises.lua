-- error: Invalid: time.fixed_zone: the offset must be less than a day, in seconds
time.fixed_zone("FAR", 86400)
