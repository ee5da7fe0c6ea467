-- error: Internal: bad argument #1 to 'async' (string expected, got no value)
funcs.async()
