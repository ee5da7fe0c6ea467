-- expect: true, false, false, false, false
local e = errors.new{message = "m", kind = "Invalid"}
return errors.is(e, errors.INVALID), errors.is(e, "Timeout"), errors.is(nil, "Invalid"), errors.is("Invalid", "Invalid"), errors.is({}, "")
