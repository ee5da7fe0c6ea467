-- expect: nil, "Internal"
local r, err = json.decode(("["):rep(10000))
return r, err:kind()
