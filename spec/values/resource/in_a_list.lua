-- expect: 3, 0, 2
local list = funcs.call("counters:make_many", 3)
return #list, (list[1]:value()), (list[3]:value())
