-- error: Internal: bad argument #1 to 'bytes' (number expected, got string)
crypto.random.bytes("x")
