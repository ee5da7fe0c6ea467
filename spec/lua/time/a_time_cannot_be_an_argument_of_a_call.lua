-- expect: nil, "Invalid"
local value, err = funcs.call("lua:echo", time.now())
return value, err:kind()
