-- expect: nil
local counter = funcs.call("counters:make", 5)
counter:drop()
return (counter:drop())
