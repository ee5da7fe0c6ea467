-- error: Internal: bad argument #1 to 'spawn' (function expected, got string)
coroutine.spawn("f")
