-- expect: 3
return (funcs.call("counters:new", 3):value())
