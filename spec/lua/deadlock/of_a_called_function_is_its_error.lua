-- expect: nil, "Internal", true
local value, err = funcs.call("lua:asleep")
return value, err:kind(), err:message():find("all tasks are asleep", 1, true) ~= nil
