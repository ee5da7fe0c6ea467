-- expect: nil, "Invalid"
local r, err = uuid.v3("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
return r, err:kind()
