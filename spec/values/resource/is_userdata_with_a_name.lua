-- expect: "userdata", "resource counter"
local counter = funcs.call("counters:make", 5)
return type(counter), tostring(counter)
