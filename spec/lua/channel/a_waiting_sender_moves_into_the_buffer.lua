-- expect: 1, 2, 3
local ch = channel.new(1)
coroutine.spawn(function() ch:send(1) ch:send(2) ch:send(3) end)
return (ch:receive()), (ch:receive()), (ch:receive())
