-- expect: 3
local list = funcs.call("counters:make_many", 3)
return (funcs.call("counters:sum", list))
