-- expect: nil, "Invalid", true
local r, err = registry.find({["~meta.comment"] = "^(a+)+$"})
return r, err:kind(), err:message():find("matching failed", 1, true) ~= nil
