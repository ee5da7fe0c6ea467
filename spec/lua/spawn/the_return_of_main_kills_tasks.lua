-- expect: 1
local count = 0
coroutine.spawn(function() while true do count = count + 1 funcs.call("spec:later") end end)
return count
