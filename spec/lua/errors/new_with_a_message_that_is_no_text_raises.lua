-- error: Internal: message must be a string
errors.new{message = 5}
