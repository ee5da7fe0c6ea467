-- expect: nil, "Internal"
-- limits: stringLength=100000
local t = {}
for _ = 1, 60 do t = {t, t} end
local r, err = json.encode(t)
return r, err:kind()
