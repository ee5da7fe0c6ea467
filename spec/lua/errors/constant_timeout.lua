-- expect: "Timeout", "Timeout"
return errors.TIMEOUT, errors.new{message = "m", kind = errors.TIMEOUT}:kind()
