-- expect: "RateLimited", true
local err, ok = funcs.async("spec:fail_later"):response():receive()
return err:kind(), ok
