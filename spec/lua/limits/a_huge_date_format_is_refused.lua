-- error: Internal: date format exceeds 4096 bytes
os.date(("%c"):rep(1000000))
