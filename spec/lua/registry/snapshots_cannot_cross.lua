-- expect: nil, "Invalid"
local r, err = funcs.call("spec:echo", (registry.snapshot()))
return r, err:kind()
