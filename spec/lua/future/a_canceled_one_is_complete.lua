-- expect: true, "Canceled", true
local future = funcs.async("spec:never")
future:cancel()
local err, failed = future:error()
return future:is_complete(), err:kind(), failed
