-- error: Internal: bad argument #1 to 'info' (string expected, got no value)
logger:info()
