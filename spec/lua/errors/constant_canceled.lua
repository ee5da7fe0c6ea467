-- expect: "Canceled", "Canceled"
return errors.CANCELED, errors.new{message = "m", kind = errors.CANCELED}:kind()
