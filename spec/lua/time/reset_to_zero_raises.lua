-- error: Internal: bad argument #1 to 'reset' (duration must be > 0)
time.timer("1h"):reset(0)
