-- error: Internal: bad argument #1 to 'new' (string or table expected, got no value)
errors.new()
