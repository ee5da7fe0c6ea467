-- expect: 3
local counter = funcs.call("spec:new_counter", 3)
return (counter["get-value"](counter))
