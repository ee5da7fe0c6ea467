-- expect: "AlreadyExists", "AlreadyExists"
return errors.ALREADY_EXISTS, errors.new{message = "m", kind = errors.ALREADY_EXISTS}:kind()
