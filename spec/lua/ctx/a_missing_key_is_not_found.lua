-- expect: nil, "NotFound", "key not found: user", false
local value, err = ctx.get("user")
return value, err:kind(), err:message(), err:retryable()
