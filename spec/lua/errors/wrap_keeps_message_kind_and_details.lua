-- expect: "m", "Conflict", true, {a = 1}, true
local e = errors.wrap(errors.new{message = "m", kind = "Conflict", retryable = true, details = {a = 1}}, "while saving")
return e:message(), e:kind(), e:retryable(), e:details(), e:stack():find("while saving", 1, true) == 1
