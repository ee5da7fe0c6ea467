-- expect: nil, "Internal"
local t = {1}
for _ = 1, 25 do t = {t, t} end
local r, err = yaml.encode(t)
return r, err:kind()
