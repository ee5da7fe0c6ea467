-- expect: nil, "Invalid", nil, "Invalid"
local r, err = yaml.decode("")
local s, err2 = yaml.decode({})
return r, err:kind(), s, err2:kind()
