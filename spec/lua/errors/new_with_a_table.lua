-- expect: "NotFound", "m", false, {id = "x", n = 2, list = {1, {a = true}}}
local e = errors.new{message = "m", kind = errors.NOT_FOUND, retryable = false, details = {id = "x", n = 2, list = {1, {a = true}}}}
return e:kind(), e:message(), e:retryable(), e:details()
