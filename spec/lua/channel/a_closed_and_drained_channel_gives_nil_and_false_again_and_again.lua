-- expect: 1, true, nil, false, nil, false
local ch = channel.new(1)
ch:send(1)
ch:close()
local a, ok = ch:receive()
local b, closed = ch:receive()
local c, still = ch:receive()
return a, ok, b, closed, c, still
