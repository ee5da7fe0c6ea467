-- expect: false
local ch = channel.new(-5)
local sent = false
coroutine.spawn(function() ch:send(1) sent = true end)
return sent
