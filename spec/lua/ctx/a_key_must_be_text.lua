-- error: Internal: bad argument #1 to 'get' (string expected, got table)
ctx.get({})
