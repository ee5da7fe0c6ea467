-- expect: 6, 6, 7
local counter = funcs.call("counters:make", 5)
local six = counter:increment()
return six, (counter:value()), (counter:increment())
