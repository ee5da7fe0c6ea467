-- expect: false
local future = funcs.async("spec:echo", 7)
future:result()
return future:is_complete()
