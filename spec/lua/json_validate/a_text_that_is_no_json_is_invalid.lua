-- expect: false, "Invalid", true
local ok, err = json.validate_string({}, "[1,")
return ok, err:kind(), err:message():find("json.validate_string: the text is no JSON", 1, true) == 1
