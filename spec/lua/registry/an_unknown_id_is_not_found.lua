-- expect: nil, "NotFound", "entry not found: app:none", false
local r, err = registry.get("app:none")
return r, err:kind(), err:message(), err:retryable()
