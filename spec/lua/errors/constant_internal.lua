-- expect: "Internal", "Internal"
return errors.INTERNAL, errors.new{message = "m", kind = errors.INTERNAL}:kind()
