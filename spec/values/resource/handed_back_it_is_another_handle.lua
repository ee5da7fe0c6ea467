-- expect: 5
local counter = funcs.call("counters:make", 5)
return (funcs.call("counters:pass", counter):value())
