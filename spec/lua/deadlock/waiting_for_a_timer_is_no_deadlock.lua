-- expect: true
local ch = channel.new()
return channel.select{ch:case_receive(), time.after("1ms"):case_receive()}.ok
