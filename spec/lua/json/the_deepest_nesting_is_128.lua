-- expect: true, nil, "Internal"
local function nest(n) local t = {} for _ = 2, n do t = {t} end return t end
local r, err = json.encode(nest(129))
return json.encode(nest(128)) ~= nil, r, err:kind()
