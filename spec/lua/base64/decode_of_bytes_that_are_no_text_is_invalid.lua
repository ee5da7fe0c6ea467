-- expect: nil, "Invalid"
local r, err = base64.decode("\255\255\255\255")
return r, err:kind()
