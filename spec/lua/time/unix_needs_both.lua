-- error: Internal: bad argument #2 to 'unix' (number expected, got no value)
time.unix(1)
