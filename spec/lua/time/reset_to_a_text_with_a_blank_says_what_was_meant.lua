-- error: Internal: not a duration: did you mean "1s"?
time.timer("1h"):reset("1 s")
