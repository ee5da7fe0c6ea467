-- expect: nil, "Invalid"
local r, err = json.decode("")
return r, err:kind()
