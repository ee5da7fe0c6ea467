-- expect: nil, "Internal"
local r, err = yaml.decode("a: *x")
return r, err:kind()
