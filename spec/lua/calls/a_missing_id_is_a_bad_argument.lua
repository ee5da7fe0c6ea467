-- error: Internal: bad argument #1 to 'call' (string expected, got no value)
funcs.call()
