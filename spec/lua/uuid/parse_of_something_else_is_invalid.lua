-- expect: nil, "Invalid"
local r, err = uuid.parse("919108f7")
return r, err:kind()
