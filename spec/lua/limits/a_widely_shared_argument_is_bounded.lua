-- expect: nil, "Invalid"
local t = {}
for _ = 1, 60 do t = {t, t} end
local r, err = funcs.call("spec:echo", t)
return r, err:kind()
