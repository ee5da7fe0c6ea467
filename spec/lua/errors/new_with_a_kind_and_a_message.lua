-- expect: "Timeout", "slow", "Timeout", "slow"
local a, b = errors.new("Timeout", "slow"), errors.new("TIMEOUT", "slow")
return a:kind(), a:message(), b:kind(), b:message()
