-- expect: "Invalid", "Invalid"
return errors.INVALID, errors.new{message = "m", kind = errors.INVALID}:kind()
