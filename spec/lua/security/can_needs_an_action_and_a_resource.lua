-- error: Internal: bad argument #2 to 'can' (string expected, got no value)
security.can("read")
