-- expect: true, "v", true
local ch = channel.new(1)
local sent = ch:send("v")
local value, ok = ch:receive()
return sent, value, ok
