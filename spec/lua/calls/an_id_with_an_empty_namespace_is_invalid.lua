-- expect: nil, "Invalid", "namespace required in function ID\n  got \":add\": an ID is namespace:name"
local r, err = funcs.call(":add")
return r, err:kind(), err:message()
