-- expect: nil, "Internal", "went wrong", false
local r, err = funcs.call("lua:second_text")
return r, err:kind(), err:message(), err:retryable()
