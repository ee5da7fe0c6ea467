-- expect: nil, "Invalid"
local r, err = base64.decode("Zg==Zg==")
return r, err:kind()
