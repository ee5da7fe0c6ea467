-- expect: nil, "NotFound", true
local r, err = funcs.call("lua:no_method")
return r, err:kind(), err:message():find('method "missing" not found in module', 1, true) == 1
