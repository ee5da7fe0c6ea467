-- expect: 1, 6, 6
local counter = funcs.call("spec:new_counter", 0)
local a = counter:increment()
local b = counter:increment(5)
return a, b, (counter:get_value())
