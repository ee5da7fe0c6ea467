-- expect: nil, true, false, true
local ch = channel.new(2)
ch:send(nil) ch:send(false)
local a, first = ch:receive()
local b, second = ch:receive()
return a, first, b, second
