-- expect: nil, "Internal"
local r, err = json.encode{[true] = 1}
return r, err:kind()
