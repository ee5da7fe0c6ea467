-- expect: "spec:fail failed", "Conflict", true, true, nil, false
local ch = funcs.async("spec:fail"):response()
local err, ok = ch:receive()
local second, open = ch:receive()
return err:message(), err:kind(), err:retryable(), ok, second, open
