-- expect: nil, "Invalid", "bad pattern \"(a\": Unterminated group"
local r, err = registry.find({["~meta.comment"] = "(a"})
return r, err:kind(), err:message()
