-- expect: 13, nil, 2
local n = select("#", funcs.call("spec:add_later", 6, 7))
local r, err = funcs.call("spec:add_later", 6, 7)
return r, err, n
