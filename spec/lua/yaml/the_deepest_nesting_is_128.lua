-- expect: true, nil, "Internal"
local function nest(n) return ("["):rep(n) .. ("]"):rep(n) end
local r, err = yaml.decode(nest(129))
return yaml.decode(nest(128)) ~= nil, r, err:kind()
