-- expect: "PermissionDenied", "PermissionDenied"
return errors.PERMISSION_DENIED, errors.new{message = "m", kind = errors.PERMISSION_DENIED}:kind()
