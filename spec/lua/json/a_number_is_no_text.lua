-- expect: nil, "Invalid"
local r, err = json.decode(5)
return r, err:kind()
