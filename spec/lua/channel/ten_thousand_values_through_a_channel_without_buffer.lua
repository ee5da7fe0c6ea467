-- expect: 50005000
local ch = channel.new()
coroutine.spawn(function() for i = 1, 10000 do ch:send(i) end ch:close() end)
local sum = 0
for value in function() return (ch:receive()) end do sum = sum + value end
return sum
