-- error: Internal: bad argument #2 to 'parse' (string expected, got no value)
time.parse(time.RFC3339)
