-- error: Internal: all tasks are asleep
-- details: {tasks = {"a_send_that_nobody_receives.lua:3: waits in channel:send"}}
channel.new():send(1)
