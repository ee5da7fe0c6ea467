-- expect: false, false, true
local future = funcs.async("spec:echo", 1)
local at_once = future:is_complete()
for _ = 1, 1000 do future:is_complete() end
local still = future:is_complete()
funcs.call("spec:later")
return at_once, still, future:is_complete()
