-- expect: nil, "Invalid"
local r, err = registry.find({"app:sum"})
return r, err:kind()
