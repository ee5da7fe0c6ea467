-- expect: "", "m", nil, nil, "userdata"
local e = errors.new("m")
return e:kind(), e:message(), e:retryable(), e:details(), type(e)
