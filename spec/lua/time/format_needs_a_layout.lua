-- error: Internal: bad argument #1 to 'format' (string expected, got no value)
time.now():format()
