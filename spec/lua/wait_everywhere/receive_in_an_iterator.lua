-- expect: 6
local ch = channel.new()
coroutine.spawn(function() for i = 1, 3 do time.sleep("100us") ch:send(i) end ch:close() end)
local sum = 0
for value in function() return (ch:receive()) end do sum = sum + value end
return sum
