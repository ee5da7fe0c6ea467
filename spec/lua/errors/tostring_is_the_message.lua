-- expect: "m"
return tostring(errors.new{message = "m", kind = "Invalid"})
