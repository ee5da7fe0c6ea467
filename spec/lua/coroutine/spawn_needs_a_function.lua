-- error: Internal: bad argument #1 to 'spawn' (function expected, got nil)
coroutine.spawn(nil)
