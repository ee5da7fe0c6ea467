-- expect: nil, "Internal", nil, "Internal"
local r, err = yaml.decode(("["):rep(10000))
local s, err2 = yaml.decode(("- "):rep(10000) .. "x")
return r, err:kind(), s, err2:kind()
