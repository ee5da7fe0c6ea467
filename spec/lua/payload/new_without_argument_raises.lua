-- error: Internal: bad argument #1 to 'new' (value expected)
payload.new()
