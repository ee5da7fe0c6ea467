-- expect: "userdata", true, nil, false
local ch = time.after("1ms")
local at, ok = ch:receive()
local second, open = ch:receive()
return type(at), ok, second, open
