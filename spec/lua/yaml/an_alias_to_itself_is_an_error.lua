-- expect: nil, "Internal"
local r, err = yaml.decode("&x a: [*x, {b: &y [*y]}]")
return r, err:kind()
