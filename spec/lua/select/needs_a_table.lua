-- error: Internal: bad argument #1 to 'select' (table expected, got no value)
channel.select()
