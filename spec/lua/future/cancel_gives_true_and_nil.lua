-- expect: true, nil, true
local future = funcs.async("spec:never")
local ok, err = future:cancel()
return ok, err, future:is_canceled()
