-- expect: nil, "AlreadyExists", "object raised", {n = 1}
local r, err = funcs.call("lua:raises_object")
return r, err:kind(), err:message(), err:details()
