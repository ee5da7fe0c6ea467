-- expect: "NotFound", "NotFound"
return errors.NOT_FOUND, errors.new{message = "m", kind = errors.NOT_FOUND}:kind()
