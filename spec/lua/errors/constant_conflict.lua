-- expect: "Conflict", "Conflict"
return errors.CONFLICT, errors.new{message = "m", kind = errors.CONFLICT}:kind()
