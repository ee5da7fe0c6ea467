-- expect: "", nil, nil
local e = errors.new{message = "m", kind = 5, retryable = "yes", details = 7}
return e:kind(), e:retryable(), e:details()
