-- expect: nil, "Invalid", "the counter was dropped"
local counter = funcs.call("spec:new_counter")
counter:drop()
counter:drop()
local r, err = counter:get_value()
return r, err:kind(), err:message()
