-- expect: nil, "Canceled", true
local future = funcs.async("spec:echo", 1)
funcs.call("spec:later")
future:cancel()
local value, err = future:result()
return value, err:kind(), future:is_canceled()
