-- expect: ""
return errors.new{message = "m", kind = "Strange"}:kind()
