-- expect: nil, "Invalid", "registry.find: .kind: expected at most one *"
local r, err = registry.find({[".kind"] = "*.*"})
return r, err:kind(), err:message()
