-- expect: nil, "Invalid", false
local r, err = base64.decode("_-8=")
return r, err:kind(), err:retryable()
