-- expect: nil, "Canceled", "canceled"
local future = funcs.async("spec:never")
future:cancel()
local value, err = future:result()
return value, err:kind(), err:message()
