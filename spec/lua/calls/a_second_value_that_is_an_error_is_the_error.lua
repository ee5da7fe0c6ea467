-- expect: nil, "Timeout", "typed", true
local r, err = funcs.call("lua:second_error")
return r, err:kind(), err:message(), err:retryable()
