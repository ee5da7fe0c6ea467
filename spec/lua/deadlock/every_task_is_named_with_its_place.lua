-- error: Internal: all tasks are asleep (deadlock: all coroutines blocked with no pending operations, threads=3)
-- details: {tasks = {"every_task_is_named_with_its_place.lua:6: waits in channel:receive", "every_task_is_named_with_its_place.lua:4: waits in channel:send", "every_task_is_named_with_its_place.lua:5: waits in channel.select"}}
local a, b = channel.new(), channel.new()
coroutine.spawn(function() a:send(1) end)
coroutine.spawn(function() channel.select{b:case_receive()} end)
b:receive()
