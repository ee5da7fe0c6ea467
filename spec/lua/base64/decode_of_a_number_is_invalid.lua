-- expect: nil, "Invalid"
local r, err = base64.decode(7)
return r, err:kind()
