-- expect: 500500
local results, sum = channel.new(), 0
for i = 1, 1000 do coroutine.spawn(function() results:send((funcs.call("spec:later", i))) end) end
for _ = 1, 1000 do sum = sum + results:receive() end
return sum
