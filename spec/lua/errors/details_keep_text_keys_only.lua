-- expect: {a = 1}
return errors.new{message = "m", details = {a = 1, [5] = 2}}:details()
