-- expect: nil, "Conflict", "in a task"
local value, err = funcs.call("lua:spawned_error")
return value, err:kind(), err:message()
