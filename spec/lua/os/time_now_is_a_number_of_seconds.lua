-- expect: true, true
return os.time() > 1700000000, os.difftime(os.time(), os.time() - 5) >= 5
