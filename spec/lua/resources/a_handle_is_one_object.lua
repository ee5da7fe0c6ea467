-- expect: true, true
local counter = funcs.call("spec:new_counter")
local t = {[counter] = true}
local same = funcs.call("lua:echo", counter)
return same == counter, t[same]
