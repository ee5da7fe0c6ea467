-- error is: Internal: all tasks are asleep (deadlock: all coroutines blocked with no pending operations, threads=1)
-- details: {tasks = {"a_receive_from_a_channel_that_nobody_knows.lua:3: waits in channel:receive"}}
channel.new():receive()
