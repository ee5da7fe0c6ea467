-- expect: "m", ""
local e = errors.wrap("m", "context")
return e:message(), e:kind()
