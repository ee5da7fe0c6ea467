-- expect: 5, nil, "Invalid"
local counter = funcs.call("counters:make", 5)
local last = funcs.call("counters:consume", counter)
local value, err = counter:value()
return last, value, err:kind()
