-- expect: 1, 2
local ch = channel.new(2)
local case = ch:case_receive()
ch:send(1) ch:send(2)
return channel.select{case}.value, channel.select{case}.value
