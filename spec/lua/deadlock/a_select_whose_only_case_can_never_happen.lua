-- error: Internal: all tasks are asleep
local ch = channel.new()
ch:close()
channel.select{ch:case_send(1)}
