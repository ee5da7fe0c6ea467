-- expect: 5, nil, false
local ch = funcs.async("spec:later", 5):response()
local payload = ch:receive()
local second, open = ch:receive()
return payload:data(), second, open
