-- expect: nil, false, nil, false
local done, pending = funcs.async("spec:noop"), funcs.async("spec:never")
funcs.call("spec:later")
local err, failed = done:error()
local none, no = pending:error()
return err, failed, none, no
