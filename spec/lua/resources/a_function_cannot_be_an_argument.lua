-- expect: "Invalid", 2, "counter.increment: argument 2: expected"
local counter = funcs.call("spec:new_counter")
local _, err = counter:increment(1, print)
return err:kind(), err:details().argument, err:message():sub(1, 39)
