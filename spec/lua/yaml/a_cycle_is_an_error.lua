-- expect: nil, "Internal"
local t = {}
t.t = t
local r, err = yaml.encode(t)
return r, err:kind()
