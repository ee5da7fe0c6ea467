-- expect: nil
return errors.new{message = "m", details = {}}:details()
