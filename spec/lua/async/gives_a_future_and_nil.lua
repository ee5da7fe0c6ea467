-- expect: "userdata", nil
local future, err = funcs.async("spec:add", 1, 2)
return type(future), err
