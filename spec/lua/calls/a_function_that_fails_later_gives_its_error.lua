-- expect: nil, "RateLimited", "spec:fail_later failed", nil, nil
local r, err = funcs.call("spec:fail_later")
return r, err:kind(), err:message(), err:retryable(), err:details()
