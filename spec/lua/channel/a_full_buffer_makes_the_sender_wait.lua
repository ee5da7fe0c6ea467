-- expect: 2, 3
local ch = channel.new(2)
local sent = 0
coroutine.spawn(function() for i = 1, 5 do ch:send(i) sent = i end end)
local before = sent
ch:receive()
funcs.call("spec:later")
return before, sent
