-- expect: "Unavailable", "Unavailable"
return errors.UNAVAILABLE, errors.new{message = "m", kind = errors.UNAVAILABLE}:kind()
