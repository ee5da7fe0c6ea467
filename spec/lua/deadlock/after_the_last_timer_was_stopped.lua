-- error: Internal: all tasks are asleep
local timer, ch = time.timer("1h"), channel.new()
coroutine.spawn(function() timer:stop() end)
ch:receive()
