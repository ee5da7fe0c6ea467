-- expect: nil, "Invalid", nil, "Invalid"
local r, e1 = registry.find({[".name"] = 7})
local s, e2 = registry.find({["^meta.comment"] = true})
return r, e1:kind(), s, e2:kind()
