-- error: Internal: all tasks are asleep
-- details: {tasks = {"a_select_of_nothing.lua:3: waits in channel.select"}}
channel.select{}
