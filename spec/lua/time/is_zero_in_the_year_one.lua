-- expect: true, false, false
return time.date(1, 1, 1, 0, 0, 0, 0, time.utc):is_zero(), time.unix(0, 0):is_zero(), time.now():is_zero()
