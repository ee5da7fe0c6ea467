-- error is: Internal: sending_to_a_closed_channel_raises.lua:5: send on closed channel
-- line: 5
local ch = channel.new(1)
ch:close()
ch:send(1)
