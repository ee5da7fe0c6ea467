-- expect: 1, 2, 3
local ch = channel.new(3)
ch:send(1) ch:send(2) ch:send(3)
return (ch:receive()), (ch:receive()), (ch:receive())
