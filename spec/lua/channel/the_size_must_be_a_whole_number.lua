-- error: Internal: bad argument #1 to 'new' (number has no integer representation)
channel.new(1.5)
