-- expect: nil, "NotFound"
local r, err = funcs.call("lua:not_a_module")
return r, err:kind()
