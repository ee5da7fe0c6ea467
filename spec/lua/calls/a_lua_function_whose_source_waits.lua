-- expect: 101, 102
return (funcs.call("lua:waits_to_load", 1)), (funcs.call("lua:waits_to_load", 2))
