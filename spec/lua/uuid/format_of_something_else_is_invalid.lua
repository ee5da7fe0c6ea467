-- expect: nil, "Invalid"
local r, err = uuid.format("nope", "urn")
return r, err:kind()
