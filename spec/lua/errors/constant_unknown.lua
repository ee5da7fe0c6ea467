-- expect: "", ""
return errors.UNKNOWN, errors.new{message = "m", kind = errors.UNKNOWN}:kind()
