-- expect: 5, 5
local counter = funcs.call("counters:make", 5)
return (funcs.call("counters:peek", counter)), (counter:value())
