-- expect: 2, 2, nil
local a = funcs.call("lua:sets_global")
local b = funcs.call("lua:sets_global")
return a, b, leaked
