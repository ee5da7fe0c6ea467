-- expect: 3, true, nil, false, nil, false
local ch = funcs.async("spec:add", 1, 2):response()
local payload, ok = ch:receive()
local second, open = ch:receive()
local third, still = ch:receive()
return payload:data(), ok, second, open, third, still
