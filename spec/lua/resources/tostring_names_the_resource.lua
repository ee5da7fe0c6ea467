-- expect: "resource counter", "userdata"
local counter = funcs.call("spec:new_counter")
return tostring(counter), type(counter)
